const REDACTED = '[redacted]';

/** What must never be shown or logged, by its shape. Instrument ids keep their prefix and last four characters, as a card number would. */
const RULES: readonly { readonly pattern: RegExp; readonly replacement: string }[] = [
  { pattern: /\bsk_(?:test|uat|prod)_[\w-]+/g, replacement: REDACTED },
  { pattern: /\bwhsec_[\w-]+/g, replacement: REDACTED },
  { pattern: /\bBearer\s+[\w.~+/=-]+/gi, replacement: `Bearer ${REDACTED}` },
  { pattern: /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, replacement: REDACTED },
  { pattern: /[^\s"'<>()[\]{},;:=]{1,64}@[\w-]+(?:\.[\w-]+)+/g, replacement: REDACTED },
  { pattern: /\bpi_\w+(\w{4})\b/g, replacement: 'pi_…$1' },
  { pattern: /(\w+:\/\/)[^\s/:@"]+:[^\s/@"]+@/g, replacement: `$1${REDACTED}@` },
];

/** Takes secrets, tokens, e-mail addresses, full instrument ids and passwords in URLs out of a text. */
export function redactText(text: string): string {
  return RULES.reduce((redacted, { pattern, replacement }) => redacted.replace(pattern, replacement), text);
}
