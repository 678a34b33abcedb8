import { buildSubgraphSchema, type GraphQLSchemaModule } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { parse, print, type DocumentNode, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { buildSchemaSync, createResolversMap, type NonEmptyArray, type PubSub } from 'type-graphql';
import { applyDirectives, withoutDirectives, type TypeDirectives } from './applied-directives.js';
import { linkFor } from './federation-link.js';
import { checkRepresentations } from './representations.js';

export type EntityReference = Readonly<Record<string, unknown>> & { readonly __typename: string };
type ResolveReference<Context> = (reference: EntityReference, context: Context) => unknown;

interface SubgraphDeps<Context> {
  readonly resolvers: NonEmptyArray<new () => object>;
  /** Entities of other subgraphs, to which this one adds fields; no field leads to them. */
  readonly orphanedTypes?: (new () => object)[];
  readonly rootDescriptions?: { readonly query?: string; readonly mutation?: string; readonly subscription?: string };
  readonly references: Readonly<Record<string, ResolveReference<Context>>>;
  readonly maxRepresentations?: number;
  readonly directives?: TypeDirectives;
  readonly schemaDirectives?: readonly string[];
  readonly definitions?: string;
}

export interface Subgraph {
  readonly schema: GraphQLSchema;
  /** With all directives: it is published and composed. */
  readonly sdl: string;
  /** As the decorators make it, with the directives and extensions of fields. */
  readonly classes: GraphQLSchema;
}

/**
 * Routers enforce these or, as @apollo/gateway does, refuse to start on them. A reader of
 * `_service` may have any router, so that answer leaves them out.
 */
const PUBLISHED_ONLY = ['authenticated', 'requiresScopes', 'policy'];

/**
 * Makes a Federation 2 subgraph from type-graphql classes. The schema is printed and built again:
 * federation reads directives from SDL, and type-graphql's own syntax nodes hold no fields.
 */
export function buildSubgraph<Context>(deps: SubgraphDeps<Context>): Subgraph {
  const { resolvers, orphanedTypes = [], references, rootDescriptions = {}, directives = {} } = deps;
  const classes = buildSchemaSync({ resolvers, orphanedTypes, validate: false, pubSub: NO_PUB_SUB });
  describe(classes.getQueryType(), rootDescriptions.query);
  describe(classes.getMutationType(), rootDescriptions.mutation);
  describe(classes.getSubscriptionType(), rootDescriptions.subscription);
  const published = applyDirectives(parse(printSchemaWithDirectives(classes), { noLocation: true }), directives);
  const served = parse(withLink(withoutDirectives(published, PUBLISHED_ONLY), deps));
  const schema = buildSubgraphSchema([{ typeDefs: served, resolvers: withReferences(classes, references) }]);
  checkRepresentations(schema, { names: Object.keys(references), max: deps.maxRepresentations });
  return { schema, sdl: withLink(published, deps), classes };
}

function withLink(
  types: DocumentNode,
  { schemaDirectives = [], definitions }: Pick<SubgraphDeps<never>, 'schemaDirectives' | 'definitions'>,
): string {
  const own = parse(`extend schema @any ${schemaDirectives.join(' ')}`);
  const head = ['extend schema', linkFor({ ...types, definitions: [...own.definitions, ...types.definitions] })];
  const extension = [...head, ...schemaDirectives].join('\n  ');
  const blocks = [extension, ...(definitions === undefined ? [] : [definitions]), print(types)];
  return `${blocks.join('\n\n')}\n`;
}

const NO_PUB_SUB: PubSub = {
  publish: refusePubSub,
  subscribe: refusePubSub,
};

function refusePubSub(): never {
  throw new Error('subscriptions have sources of their own: give `subscribe`, not `topics`');
}

function describe(type: GraphQLObjectType | null | undefined, description: string | undefined): void {
  if (type !== null && type !== undefined && description !== undefined) type.description = description;
}

type FederationResolvers = NonNullable<GraphQLSchemaModule['resolvers']>;

function withReferences<Context>(
  classes: GraphQLSchema,
  references: SubgraphDeps<Context>['references'],
): FederationResolvers {
  const resolvers = createResolversMap(classes);
  const entities = Object.entries(references).map(([name, resolveReference]) => {
    if (classes.getType(name) === undefined)
      throw new Error(`references name the type ${name}, which the schema does not have`);
    return [name, { ...resolvers[name], __resolveReference: resolveReference }];
  });
  return { ...resolvers, ...Object.fromEntries(entities) } as FederationResolvers;
}
