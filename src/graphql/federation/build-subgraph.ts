import { buildSubgraphSchema, type GraphQLSchemaModule } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { parse, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { buildSchemaSync, createResolversMap, type NonEmptyArray, type PubSub } from 'type-graphql';

/** What a router gives to name an entity: its type and the fields of one of its keys. Nothing in it was checked. */
export type EntityReference = Readonly<Record<string, unknown>> & { readonly __typename: string };
/** Finds an entity by a reference; null where there is none. */
export type ResolveReference<Context> = (reference: EntityReference, context: Context) => unknown;

export interface SubgraphParts<Context> {
  /** type-graphql resolver classes. */
  readonly resolvers: NonEmptyArray<new () => object>;
  /** What the root types are for; decorators have no place for it. */
  readonly rootDescriptions: { readonly query: string; readonly mutation: string; readonly subscription: string };
  /** By the name of the entity's type. */
  readonly references: Readonly<Record<string, ResolveReference<Context>>>;
}

export interface Subgraph {
  /** Executable, with `_service` and `_entities`. */
  readonly schema: GraphQLSchema;
  /** What the classes say, with the federation directives: what is published and composed. */
  readonly sdl: string;
}

const FEDERATION_LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])';

/**
 * Makes an Apollo Federation 2 subgraph from type-graphql classes. The schema is printed and built again because federation reads its
 * directives from SDL, and type-graphql's own syntax nodes hold no fields. Arguments are not validated here: rooms do it and answer with data.
 */
export function buildSubgraph<Context>({ resolvers, references, rootDescriptions }: SubgraphParts<Context>): Subgraph {
  const classes = buildSchemaSync({ resolvers, validate: false, pubSub: NO_PUB_SUB });
  describe(classes.getQueryType(), rootDescriptions.query);
  describe(classes.getMutationType(), rootDescriptions.mutation);
  describe(classes.getSubscriptionType(), rootDescriptions.subscription);
  const sdl = `${FEDERATION_LINK}\n\n${printSchemaWithDirectives(classes)}\n`;
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: withReferences(classes, references) }]);
  return { schema, sdl };
}

/** type-graphql asks for one wherever there are subscriptions, also where each brings a source of its own. */
const NO_PUB_SUB: PubSub = {
  publish: refusePubSub,
  subscribe: refusePubSub,
};

function refusePubSub(): never {
  throw new Error('subscriptions have sources of their own: give `subscribe`, not `topics`');
}

function describe(type: GraphQLObjectType | null | undefined, description: string): void {
  if (type !== null && type !== undefined) type.description = description;
}

type FederationResolvers = NonNullable<GraphQLSchemaModule['resolvers']>;

function withReferences<Context>(
  classes: GraphQLSchema,
  references: SubgraphParts<Context>['references'],
): FederationResolvers {
  const resolvers = createResolversMap(classes);
  const entities = Object.entries(references).map(([name, resolveReference]) => {
    const fields = resolvers[name];
    if (fields === undefined) throw new Error(`references name the type ${name}, which the schema does not have`);
    return [name, { ...fields, __resolveReference: resolveReference }];
  });
  // Both libraries mean graphql-tools' map of resolvers; only their names for its parts differ.
  return { ...resolvers, ...Object.fromEntries(entities) } as FederationResolvers;
}
