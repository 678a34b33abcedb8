import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { ArgumentRefusal } from '../errors/argument-refusal.js';

/** Refuses `_entities` with more representations than one call to the store takes; routers send the rest in another request. */
export function limitRepresentations(schema: GraphQLSchema, max: number): void {
  const field = schema.getQueryType()?.getFields()._entities;
  const resolve = field?.resolve;
  if (field === undefined || resolve === undefined) return;
  const limited: GraphQLFieldResolver<unknown, unknown, EntitiesArgs> = (...call) => {
    const { length } = call[1].representations;
    if (length > max)
      throw new ArgumentRefusal(
        `The argument "representations" takes at most ${max} entities, and ${length} were given. Ask for them in several requests.`,
      );
    return resolve(...call) as unknown;
  };
  field.resolve = limited;
}

interface EntitiesArgs {
  readonly representations: readonly unknown[];
}
