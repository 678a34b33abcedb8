const IDEMPOTENCY_KEY = /^[\x21-\x7e]{16,255}$/;

/** 16 to 255 visible ASCII characters: long enough not to be hit on by chance, plain enough for any header, log and index. */
export function isIdempotencyKey(text: string): boolean {
  return IDEMPOTENCY_KEY.test(text);
}
