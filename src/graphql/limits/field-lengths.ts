/** Bytes that a text may take in an answer. What the caller chose is taken at its longest, as it is they who may choose it to hurt. */
export function assumedBytes(field: string): number {
  return LONG_TEXTS.get(field) ?? OTHER_BYTES;
}

/** Room for any id, date, amount or name. */
const OTHER_BYTES = 100;

const LONG_TEXTS: ReadonlyMap<string, number> = new Map([
  // Of metadata: 500 characters, each of four bytes. Of a bank's form: much less, as a rule.
  ['value', 2_000],
  // The provider's words, cut at 1,000 characters.
  ...['detail', 'message', 'providerMessage'].map((field) => [field, 1_000] as const),
  ...['url', 'hostedInstructionsUrl', 'mobileAuthUrl', 'fallbackUrl'].map((field) => [field, 1_000] as const),
  // QR codes as data URLs.
  ...['imageUrlPng', 'imageUrlSvg', 'imageDataUrl'].map((field) => [field, 4_000] as const),
]);
