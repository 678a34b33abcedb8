/** Gives what stands in the place of a number that a double would change, a value of JSON. The literal has the digits as they were sent. */
export type FromInexactNumber = (literal: string) => unknown;

/**
 * Parses JSON as JSON.parse does, except that the caller says what becomes of a number with more digits than a double carries, such as an
 * id beyond 2^53: JSON.parse rounds it without a word. Passes over a byte-order mark. Throws where the text is no JSON.
 */
export function parseJson(text: string, fromInexactNumber: FromInexactNumber): unknown {
  return JSON.parse(replaceInexactNumbers(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text, fromInexactNumber));
}

/** The same JSON with other values for such numbers. Text that is no JSON stays so. */
export function replaceInexactNumbers(json: string, fromInexactNumber: FromInexactNumber): string {
  if (!LONG_NUMBER.test(json)) return json;
  return json.replace(STRING_OR_NUMBER, (token) =>
    token.startsWith('"') || isExact(token) ? token : JSON.stringify(fromInexactNumber(token)),
  );
}

const BYTE_ORDER_MARK = '\ufeff';
/** Digits that any double gives back as they were written (IEEE 754 binary64). */
const DOUBLE_DIGITS = 15;
/** Where there is none, as in nearly every text, nothing is looked at any closer. */
const LONG_NUMBER = /(?:^|[-:,[\s])\d[\d.]{15}/;
/** Nobody means anything by a longer number, and none is looked through twice. */
const MAX_EXAMINED_CHARACTERS = 64;
/** Numbers exactly as JSON has them: what stands beside one that is none is left, and JSON.parse refuses it. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Whether a double gives the number back with the same digits. */
function isExact(literal: string): boolean {
  if (literal.length <= DOUBLE_DIGITS) return true;
  if (literal.length > MAX_EXAMINED_CHARACTERS) return false;
  if (/^-?\d+$/.test(literal)) return Number.isSafeInteger(Number(literal));
  const mantissa = literal.replace(/e.*$/i, '').replace(/(\.\d*?)0+$/, '$1');
  return mantissa.replace(/[-.]/g, '').replace(/^0+/, '').length <= DOUBLE_DIGITS;
}
