import { parseJson } from '../../shared/json.js';

/**
 * Parses the provider's JSON. A number that a double would change becomes the text of its digits, which whatever reads an id, a number or an
 * amount takes as well. One with an exponent has lost digits before it was sent, so it stays a number and is no id. Throws for no JSON.
 */
export function parseProviderJson(text: string): unknown {
  return parseJson(text, (literal) => (/e/i.test(literal) ? Number(literal) : literal));
}
