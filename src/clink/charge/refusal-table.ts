/**
 * The codes by which the provider certainly charged nothing and would refuse the same input again.
 * Any other code leaves the outcome unknown. docs/provider-answers.md publishes them.
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

export const TIMESTAMP_CODES: ReadonlySet<string> = new Set(['80102203', '80102212', '80102213']);

export function findRefusalCode(code: string, msg: unknown): string | null {
  if (Object.hasOwn(REFUSAL_TABLE, code)) return code;
  const name = typeof msg === 'string' ? msg.trim() : '';
  return /^[A-Z_]+$/.test(name) && Object.hasOwn(REFUSAL_TABLE, name) ? name : null;
}
