type FromInexactNumber = (literal: string) => unknown;

/**
 * Parses JSON, with or without a byte-order mark. The caller decides on numbers that JSON.parse would round,
 * such as an id beyond 2^53. Throws as JSON.parse does.
 */
export function parseJson(text: string, fromInexactNumber: FromInexactNumber): unknown {
  return JSON.parse(replaceInexactNumbers(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text, fromInexactNumber));
}

export function replaceInexactNumbers(json: string, fromInexactNumber: FromInexactNumber): string {
  if (!LONG_NUMBER.test(json)) return json;
  return json.replace(STRING_OR_NUMBER, (token) =>
    token.startsWith('"') || isExact(token) ? token : JSON.stringify(fromInexactNumber(token)),
  );
}

const BYTE_ORDER_MARK = '\ufeff';
const DOUBLE_DIGITS = 15;
const LONG_NUMBER = /(?:^|[-:,[\s])\d[\d.]{15}/;
const MAX_EXAMINED_CHARACTERS = 64;
const STRING_OR_NUMBER = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function isExact(literal: string): boolean {
  if (literal.length <= DOUBLE_DIGITS) return true;
  if (literal.length > MAX_EXAMINED_CHARACTERS) return false;
  if (/^-?\d+$/.test(literal)) return Number.isSafeInteger(Number(literal));
  const mantissa = literal.replace(/e.*$/i, '').replace(/(\.\d*?)0+$/, '$1');
  return mantissa.replace(/[-.]/g, '').replace(/^0+/, '').length <= DOUBLE_DIGITS;
}
