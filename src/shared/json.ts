/** Gives what stands in the place of a number that a double would change. The literal has the digits as they were sent. */
export type FromInexactNumber = (literal: string) => unknown;

/**
 * Parses JSON as JSON.parse does, except that the caller says what becomes of a number with more digits than a double carries, such as an
 * id beyond 2^53: JSON.parse rounds it without a word. Passes over a byte-order mark. Throws where the text is no JSON.
 */
export function parseJson(text: string, fromInexactNumber: FromInexactNumber): unknown {
  const json = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  const parsed: unknown = JSON.parse(json);
  return MANY_DIGITS.test(json) ? readValue(tokensOf(json), fromInexactNumber) : parsed;
}

const BYTE_ORDER_MARK = '\ufeff';
/** Digits that any double gives back as they were written (IEEE 754 binary64). */
const DOUBLE_DIGITS = 15;
const MANY_DIGITS = /[\d.]{16}/;
/** Nobody means anything by a longer number, and none is looked through twice. */
const MAX_EXAMINED_CHARACTERS = 64;
/** Commas and colons are passed over: JSON.parse has taken the text, so they stand where they must. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|[[\]{}]|true|false|null/g;

type Tokens = Iterator<string, unknown>;

function* tokensOf(json: string): Generator<string> {
  for (const [token] of json.matchAll(TOKEN)) yield token;
}

function readValue(tokens: Tokens, fromInexactNumber: FromInexactNumber, token = next(tokens)): unknown {
  if (token === '{') return readObject(tokens, fromInexactNumber);
  if (token === '[') return readArray(tokens, fromInexactNumber);
  if (STARTS_NUMBER.test(token) && !isExact(token)) return fromInexactNumber(token);
  return JSON.parse(token);
}

/** Entries, as JSON.parse makes them: the last of two wins, and `__proto__` is a name like any other. */
function readObject(tokens: Tokens, fromInexactNumber: FromInexactNumber): unknown {
  const entries: [string, unknown][] = [];
  for (let token = next(tokens); token !== '}'; token = next(tokens))
    entries.push([JSON.parse(token) as string, readValue(tokens, fromInexactNumber)]);
  return Object.fromEntries(entries);
}

function readArray(tokens: Tokens, fromInexactNumber: FromInexactNumber): unknown[] {
  const items: unknown[] = [];
  for (let token = next(tokens); token !== ']'; token = next(tokens))
    items.push(readValue(tokens, fromInexactNumber, token));
  return items;
}

function next(tokens: Tokens): string {
  return String(tokens.next().value);
}

const STARTS_NUMBER = /^[-\d]/;

/** Whether a double gives the number back with the same digits. */
function isExact(literal: string): boolean {
  if (literal.length > MAX_EXAMINED_CHARACTERS) return false;
  if (/^-?\d+$/.test(literal)) return Number.isSafeInteger(Number(literal));
  const mantissa = literal.replace(/e.*$/i, '').replace(/(\.\d*?)0+$/, '$1');
  return mantissa.replace(/[-.]/g, '').replace(/^0+/, '').length <= DOUBLE_DIGITS;
}
