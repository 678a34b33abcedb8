const REDACTED = '[redacted]';

interface Rule {
  readonly pattern: RegExp;
  readonly replacement: string | ((found: string) => string);
}

/**
 * What must never be logged, by its shape. Instrument ids keep their prefix and last four characters.
 * Strangers choose the text, so every pattern reads it once: a pattern that begins with a repetition starts where
 * the run does (the lookbehind), and no repetition takes in what ends it. A percent sign belongs to the word that
 * it is in, as the rest of a secret may be spelt with it.
 */
const RULES: readonly Rule[] = [
  { pattern: /\bsk_(?:test|uat|prod)_[\w%-]+/g, replacement: REDACTED },
  { pattern: /\bwhsec_[\w%-]+/g, replacement: REDACTED },
  { pattern: /\bBearer\s+[\w.~+/=%-]+/gi, replacement: `Bearer ${REDACTED}` },
  { pattern: /(?<![\w%-])[\w%-]+(?:\.[\w%-]+)+\.?/g, replacement: withoutToken },
  {
    pattern: /(?<![^\s"'<>()[\]{},;:=@])[^\s"'<>()[\]{},;:=@]+@[\w%-]+(?:\.[\w%-]+)+/g,
    replacement: REDACTED,
  },
  { pattern: /\bpi_[\w%]+/g, replacement: toKnownInstrument },
  { pattern: /(?<!\w)(\w+:\/\/)[^\s/:@"]*:[^\s/"]+@/g, replacement: `$1${REDACTED}@` },
];

export function redactText(text: string): string {
  return RULES.reduce(
    (redacted, { pattern, replacement }) =>
      typeof replacement === 'string' ? redacted.replace(pattern, replacement) : redacted.replace(pattern, replacement),
    text,
  );
}

/**
 * The beginning of a text, redacted before it is cut: half a secret has no shape to know it by. Where percent
 * signs spell a secret (`%40` is an at sign), the decoded text is returned.
 */
export function redactedExcerpt(text: string, maxCharacters: number): string {
  const redacted = redactSpelling(redactText(text));
  return redacted.length > maxCharacters ? `${redacted.slice(0, maxCharacters)}…` : redacted;
}

const MAX_DECODINGS = 5;

function redactSpelling(text: string): string {
  let shown = text;
  let spelling = text;
  for (let decodings = 0; spelling.includes('%'); decodings += 1) {
    const decoded = decodePercent(spelling);
    if (decoded === spelling) break;
    if (decodings === MAX_DECODINGS) return REDACTED;
    spelling = redactText(decoded);
    if (spelling !== decoded) shown = spelling;
  }
  return shown;
}

const PERCENT = '%'.charCodeAt(0);

function decodePercent(text: string): string {
  const bytes = Buffer.from(text);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1, length += 1) {
    const code = bytes[at] === PERCENT ? hexDigit(bytes[at + 1]) * 16 + hexDigit(bytes[at + 2]) : Number.NaN;
    if (code < 0x80) at += 2;
    bytes[length] = code < 0x80 ? code : (bytes[at] ?? 0);
  }
  return bytes.toString('utf8', 0, length);
}

function hexDigit(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : Number.NaN;
}

function withoutToken(joined: string): string {
  const start = joined.search(/(?<![A-Za-z0-9])eyJ/);
  return start !== -1 && joined.slice(start).split('.', 3).length === 3 ? joined.slice(0, start) + REDACTED : joined;
}

const KNOWN_INSTRUMENT_CHARACTERS = 4;

function toKnownInstrument(id: string): string {
  return id.length > 'pi_'.length + KNOWN_INSTRUMENT_CHARACTERS ? `pi_…${id.slice(-KNOWN_INSTRUMENT_CHARACTERS)}` : id;
}
