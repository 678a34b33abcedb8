import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Names of the headers, in the case that node gives them. */
export const WEBHOOK_HEADERS = {
  timestamp: 'x-clink-timestamp',
  signature: 'x-clink-signature',
  signType: 'x-clink-signtype',
} as const;

/** The only signing that the provider has: HMAC-SHA256. */
export const SIGN_TYPE = 'SHA256';

export interface SignedMessage {
  /** The endpoint's secret as it was given out (`whsec_…`): the whole text is the key, nothing in it is decoded. */
  readonly secret: string;
  /** The timestamp header's text, character by character. */
  readonly timestamp: string;
  /** The bytes that go over the wire. A body that was parsed and written again is another one. */
  readonly rawBody: Uint8Array;
}

/** Signs as the provider does: HMAC-SHA256 over `<timestamp>.<raw body>`, 64 lower-case hexadecimal digits. */
export function signWebhook({ secret, timestamp, rawBody }: SignedMessage): string {
  return hmacOf({ secret, timestamp, rawBody }).toString('hex');
}

export type SignatureResult =
  /** Somebody who has a secret signed these bytes at that time; milliseconds since the Unix epoch. How old they are is another question. */
  | { readonly kind: 'verified'; readonly timestampMs: number }
  | { readonly kind: 'refused'; readonly reason: SignatureRefusal };

export type SignatureRefusal =
  | 'timestampMissing'
  | 'timestampMalformed'
  | 'signatureMissing'
  | 'signTypeMissing'
  | 'signTypeUnsupported'
  | 'noSecret'
  | 'signatureWrong';

/** Whether the bytes were signed with any of the secrets. Takes as long for a wrong signature as for a right one, so that nothing can be guessed from the time. */
export function verifySignature(
  headers: IncomingHttpHeaders,
  rawBody: Uint8Array,
  secrets: readonly string[],
): SignatureResult {
  const timestamp = headerOf(headers, 'timestamp');
  const signature = headerOf(headers, 'signature');
  const signType = headerOf(headers, 'signType');
  if (timestamp === null) return refused('timestampMissing');
  if (signature === null) return refused('signatureMissing');
  if (signType === null) return refused('signTypeMissing');
  if (signType.toUpperCase() !== SIGN_TYPE) return refused('signTypeUnsupported');
  if (!PLAIN_TIMESTAMP.test(timestamp)) return refused('timestampMalformed');
  const usable = secrets.filter(isUsable);
  if (usable.length === 0) return refused('noSecret');
  return isSignedByAny(usable, { timestamp, rawBody, signature })
    ? { kind: 'verified', timestampMs: toMilliseconds(Number(timestamp)) }
    : refused('signatureWrong');
}

/** Digits only, so that the dot after it in the signed text can't move into the body; 15 of them reach beyond any date in use. */
const PLAIN_TIMESTAMP = /^\d{1,15}$/;
const LOWER_CASE_SHA256 = /^[0-9a-f]{64}$/;
/** The provider writes milliseconds; seconds have been seen, and below this number (2001 in milliseconds) it can't be anything else. */
const FIRST_MILLISECOND_STAMP = 1e12;

function toMilliseconds(timestamp: number): number {
  return timestamp < FIRST_MILLISECOND_STAMP ? timestamp * 1000 : timestamp;
}

/** Anybody can sign with an empty key. */
function isUsable(secret: string): boolean {
  return secret.trim() !== '';
}

function isSignedByAny(
  secrets: readonly string[],
  { timestamp, rawBody, signature }: Omit<SignedMessage, 'secret'> & { readonly signature: string },
): boolean {
  const isWellFormed = LOWER_CASE_SHA256.test(signature);
  const given = Buffer.from(isWellFormed ? signature : NO_SIGNATURE, 'hex');
  // Every secret is tried, also after one that fits.
  const fits = secrets.map((secret) => timingSafeEqual(hmacOf({ secret, timestamp, rawBody }), given));
  return isWellFormed && fits.includes(true);
}

/** Compared in place of a text that is no signature; what comes of it is not looked at. */
const NO_SIGNATURE = '0'.repeat(64);

function hmacOf({ secret, timestamp, rawBody }: SignedMessage): Buffer {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(rawBody).digest();
}

/** Null where the header is absent or blank. One that was sent twice comes joined by a comma, so it is neither digits nor a signature. */
function headerOf(headers: IncomingHttpHeaders, name: keyof typeof WEBHOOK_HEADERS): string | null {
  const value = headers[WEBHOOK_HEADERS[name]];
  const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
  return text.trim() === '' ? null : text;
}

function refused(reason: SignatureRefusal): SignatureResult {
  return { kind: 'refused', reason };
}
