import { parseJson, replaceInexactNumbers } from '../../shared/net/json.js';

/**
 * Stands for a number that JSON's usual reader would round. No `ID` and no `Decimal` takes an
 * object, so the request is refused where such a number is read, and nowhere else.
 */
const INEXACT_NUMBER = { inexactNumber: true };

export function isInexactNumber(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'inexactNumber');
}

export const INEXACT_NUMBER_REFUSAL =
  'a number is there that may be rounded on its way (an integer beyond 2^53 - 1, or a fraction of more than 15 ' +
  'digits). Send it as a string.';

export function parseRequestJson(text: string): unknown {
  return parseJson(text, replacementOf);
}

export function toRequestJson(text: string): string {
  return replaceInexactNumbers(text, replacementOf);
}

/** A long fraction that prints as it was written has lost nothing; a rule of the input checks its digits. */
function replacementOf(literal: string): unknown {
  const number = Number(literal);
  return String(number) === literal && !Number.isInteger(number) ? number : INEXACT_NUMBER;
}
