import { parseJson, replaceInexactNumbers } from '../../shared/json.js';

/**
 * Stands in a request for a number that JSON's usual reader would round. It is an object, so no `ID` and no `Decimal` takes it: the request is
 * refused where such a number is read, and nowhere else. A client that sends the very object is refused in the same way.
 */
const INEXACT_NUMBER = { inexactNumber: true };

export function isInexactNumber(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'inexactNumber');
}

/** Why it is refused: the rule, and what to do. Follows the name of the place. */
export const INEXACT_NUMBER_REFUSAL =
  'a number is there that may be rounded on its way (an integer beyond 2^53 - 1, or a fraction of more than 15 digits). Send it as a string.';

/** Parses what a client sent. Throws where it is no JSON. */
export function parseRequestJson(text: string): unknown {
  return parseJson(text, replacementOf);
}

/** The same for a reader that parses the text by itself. */
export function toRequestJson(text: string): string {
  return replaceInexactNumbers(text, replacementOf);
}

/** A long fraction that is written as a double prints itself has lost nothing here: rules of the input judge its digits. */
function replacementOf(literal: string): unknown {
  const number = Number(literal);
  return String(number) === literal && !Number.isInteger(number) ? number : INEXACT_NUMBER;
}
