import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { ArgumentRefusal } from '../errors/argument-refusal.js';
import { INEXACT_NUMBER_REFUSAL, isInexactNumber } from '../input/inexact-number.js';

/**
 * Refuses what `_entities` can't answer as a mistake of the caller. The library would answer an
 * internal error that shows the name.
 */
export function checkRepresentations(schema: GraphQLSchema, { names, max }: RepresentationOptions): void {
  const field = schema.getQueryType()?.getFields()._entities;
  if (field?.resolve === undefined) return;
  const { resolve } = field;
  const checked: GraphQLFieldResolver<unknown, unknown, EntitiesArgs> = (...call) => {
    const { representations } = call[1];
    if (max !== undefined && representations.length > max) throw tooMany(representations.length, max);
    if (!representations.every((given) => isOneOf(names, given))) throw notEntities(names);
    representations.forEach(assertExact);
    return resolve(...call) as unknown;
  };
  field.resolve = checked;
}

interface RepresentationOptions {
  readonly names: readonly string[];
  readonly max: number | undefined;
}

interface EntitiesArgs {
  readonly representations: readonly unknown[];
}

function tooMany(count: number, max: number): ArgumentRefusal {
  return new ArgumentRefusal(
    `The argument "representations" takes at most ${max} entities, and ${count} were given. ` +
      'Ask for them in several requests.',
  );
}

function notEntities(names: readonly string[]): ArgumentRefusal {
  return new ArgumentRefusal(
    'Each entry of the argument "representations" is an object with a __typename that is an entity of this subgraph ' +
      `(${names.join(', ')}) and the fields of one of its keys.`,
  );
}

/** `_Any` takes any value, and a number in a document has been rounded by now. */
function assertExact(given: unknown, index: number): void {
  for (const [field, value] of Object.entries(given as object)) {
    const isRounded = Number.isInteger(value) && !Number.isSafeInteger(value);
    if (isRounded || isInexactNumber(value)) throw inexact(`representations.${index}.${field}`);
  }
}

function inexact(place: string): ArgumentRefusal {
  const shown = /^[\w.]{1,100}$/.test(place) ? place : 'representations';
  return new ArgumentRefusal(`The argument "representations" is not valid at "${shown}": ${INEXACT_NUMBER_REFUSAL}`);
}

function isOneOf(names: readonly string[], given: unknown): boolean {
  return (
    typeof given === 'object' && given !== null && names.includes((given as { __typename?: string }).__typename ?? '')
  );
}
