/**
 * The codes by which the provider certainly charged nothing and would refuse the same input again. Published in
 * docs/provider-answers.md; a test keeps both equal. A code that is not here leaves the outcome unknown, for a charge may stand behind it.
 */
export const REFUSAL_TABLE = {
  '400': 'The request is not what the provider expects.',
  '422': 'The request is well-formed but its content is not acceptable.',
  '90101200': 'The card was declined.',
  '90101203': 'No customer has this e-mail address.',
  '90101206': 'The amount or the currency is not correct.',
  CUSTOMER_IDENTIFIER_NOT_MATCHED: 'The customer identifiers belong to different customers.',
  CUSTOMER_NOT_FOUND: 'No customer was named, or there is none by that id.',
} as const satisfies Record<string, string>;

/** By these the provider says that the request's timestamp is stale or malformed: it looked no further. */
export const TIMESTAMP_CODES: ReadonlySet<string> = new Set(['80102203', '80102212', '80102213']);

/** The code of the table that an answer carries, as its code or, for the named ones, as its message; null where it carries none. */
export function findRefusalCode(code: string, msg: unknown): string | null {
  if (Object.hasOwn(REFUSAL_TABLE, code)) return code;
  const name = typeof msg === 'string' ? msg.trim() : '';
  return /^[A-Z_]+$/.test(name) && Object.hasOwn(REFUSAL_TABLE, name) ? name : null;
}
