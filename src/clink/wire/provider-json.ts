import { parseJson } from '../../shared/net/json.js';

/**
 * A number that a double would change becomes the text of its digits. A number with an exponent has
 * lost digits before it was sent and stays a number. Throws for invalid JSON.
 */
export function parseProviderJson(text: string): unknown {
  return parseJson(text, (literal) => (/e/i.test(literal) ? Number(literal) : literal));
}
