import { buildSubgraphSchema, type GraphQLSchemaModule } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { parse, print, type DocumentNode, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { buildSchemaSync, createResolversMap, type NonEmptyArray, type PubSub } from 'type-graphql';
import { applyDirectives, withoutDirectives, type TypeDirectives } from './applied-directives.js';
import { linkFor } from './federation-link.js';
import { checkRepresentations } from './representations.js';

/** What a router gives to name an entity: its type and the fields of one of its keys. Nothing in it was checked. */
export type EntityReference = Readonly<Record<string, unknown>> & { readonly __typename: string };
/** Finds an entity by a reference; null where there is none. */
export type ResolveReference<Context> = (reference: EntityReference, context: Context) => unknown;

export interface SubgraphDeps<Context> {
  /** type-graphql resolver classes. */
  readonly resolvers: NonEmptyArray<new () => object>;
  /** Types that no field leads to: entities of others that this subgraph adds to. */
  readonly orphanedTypes?: (new () => object)[];
  /** What the root types are for; decorators have no place for it. */
  readonly rootDescriptions?: { readonly query?: string; readonly mutation?: string; readonly subscription?: string };
  /** By the name of the entity's type. */
  readonly references: Readonly<Record<string, ResolveReference<Context>>>;
  /** How many entities a router may name in one `_entities`; without it, any number. */
  readonly maxRepresentations?: number;
  /** For unions, enums and scalars; objects and fields have decorators. */
  readonly directives?: TypeDirectives;
  /** Directives of the schema as a whole, beside the link to the federation specification. */
  readonly schemaDirectives?: readonly string[];
  /** Definitions of directives that are not the specification's, as SDL. */
  readonly definitions?: string;
}

export interface Subgraph {
  /** Executable, with `_service` and `_entities`. */
  readonly schema: GraphQLSchema;
  /** What the classes say, with the federation directives: what is published and composed. */
  readonly sdl: string;
}

/**
 * Routers enforce them or, as @apollo/gateway does, refuse to start on a graph that has them. Who publishes the schema chooses its router;
 * who merely reads it from `_service` may have any, so that answer leaves them out. The subgraph itself never relies on them.
 */
const PUBLISHED_ONLY = ['authenticated', 'requiresScopes', 'policy'];

/**
 * Makes an Apollo Federation 2 subgraph from type-graphql classes. The schema is printed and built again because federation reads its
 * directives from SDL, and type-graphql's own syntax nodes hold no fields. Arguments are not validated here: rooms do it and answer with data.
 */
export function buildSubgraph<Context>(parts: SubgraphDeps<Context>): Subgraph {
  const { resolvers, orphanedTypes = [], references, rootDescriptions = {}, directives = {} } = parts;
  const classes = buildSchemaSync({ resolvers, orphanedTypes, validate: false, pubSub: NO_PUB_SUB });
  describe(classes.getQueryType(), rootDescriptions.query);
  describe(classes.getMutationType(), rootDescriptions.mutation);
  describe(classes.getSubscriptionType(), rootDescriptions.subscription);
  const published = applyDirectives(parse(printSchemaWithDirectives(classes), { noLocation: true }), directives);
  const served = parse(withLink(withoutDirectives(published, PUBLISHED_ONLY), parts));
  const schema = buildSubgraphSchema([{ typeDefs: served, resolvers: withReferences(classes, references) }]);
  checkRepresentations(schema, { names: Object.keys(references), max: parts.maxRepresentations });
  return { schema, sdl: withLink(published, parts) };
}

/** The schema's own directives stand before its types: some tools read the first ones only. */
function withLink(
  types: DocumentNode,
  { schemaDirectives = [], definitions }: Pick<SubgraphDeps<never>, 'schemaDirectives' | 'definitions'>,
): string {
  const own = parse(`extend schema @any ${schemaDirectives.join(' ')}`);
  const head = ['extend schema', linkFor({ ...types, definitions: [...own.definitions, ...types.definitions] })];
  const parts = [[...head, ...schemaDirectives].join('\n  '), ...(definitions === undefined ? [] : [definitions])];
  return `${[...parts, print(types)].join('\n\n')}\n`;
}

/** type-graphql asks for one wherever there are subscriptions, also where each brings a source of its own. */
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
  // Both libraries mean graphql-tools' map of resolvers; only their names for its parts differ.
  return { ...resolvers, ...Object.fromEntries(entities) } as FederationResolvers;
}
