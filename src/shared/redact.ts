const REDACTED = '[redacted]';

interface Rule {
  readonly pattern: RegExp;
  readonly replacement: string | ((found: string) => string);
}

/**
 * What must never be shown or logged, by its shape. Instrument ids keep their prefix and last four characters, as a card number would.
 * Strangers choose what is searched here, so every pattern reads a text once: one that starts with a repetition starts where the run does
 * (the lookbehind), and no repetition takes in what ends it.
 */
const RULES: readonly Rule[] = [
  { pattern: /\bsk_(?:test|uat|prod)_[\w-]+/g, replacement: REDACTED },
  { pattern: /\bwhsec_[\w-]+/g, replacement: REDACTED },
  { pattern: /\bBearer\s+[\w.~+/=-]+/gi, replacement: `Bearer ${REDACTED}` },
  { pattern: /(?<![\w-])[\w-]+(?:\.[\w-]+)+\.?/g, replacement: withoutToken },
  {
    pattern: /(?<![^\s"'<>()[\]{},;:=@])[^\s"'<>()[\]{},;:=@]+@[\w-]+(?:\.[\w-]+)+/g,
    replacement: REDACTED,
  },
  { pattern: /\bpi_\w+(\w{4})\b/g, replacement: 'pi_…$1' },
  { pattern: /(?<!\w)(\w+:\/\/)[^\s/:@"]*:[^\s/"]+@/g, replacement: `$1${REDACTED}@` },
];

/** Takes secrets, tokens, e-mail addresses, full instrument ids and passwords in URLs out of a text, in work that grows as the text does. */
export function redactText(text: string): string {
  return RULES.reduce(
    (redacted, { pattern, replacement }) =>
      typeof replacement === 'string' ? redacted.replace(pattern, replacement) : redacted.replace(pattern, replacement),
    text,
  );
}

/** The beginning of a text, redacted before it is cut: half a secret would have no shape to know it by. */
export function redactedExcerpt(text: string, maxCharacters: number): string {
  const redacted = redactText(text);
  return redacted.length > maxCharacters ? `${redacted.slice(0, maxCharacters)}…` : redacted;
}

/** A JSON Web Token inside words joined by dots: from where its header begins, when two more parts follow. */
function withoutToken(joined: string): string {
  const start = joined.search(/(?<![A-Za-z0-9])eyJ/);
  return start !== -1 && joined.slice(start).split('.', 3).length === 3 ? joined.slice(0, start) + REDACTED : joined;
}
