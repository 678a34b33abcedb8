import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { toMilliseconds } from '../clink/wire/wire-values.js';

export const WEBHOOK_HEADERS = {
  timestamp: 'x-clink-timestamp',
  signature: 'x-clink-signature',
  signType: 'x-clink-signtype',
} as const;

export const SIGN_TYPE = 'SHA256';

export interface SignedMessage {
  /** The endpoint's secret (`whsec_…`): the whole text is the key, nothing in it is decoded. */
  readonly secret: string;
  readonly timestamp: string;
  readonly rawBody: Uint8Array;
}

export function signWebhook({ secret, timestamp, rawBody }: SignedMessage): string {
  return hmacOf({ secret, timestamp, rawBody }).toString('hex');
}

type SignatureResult =
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

/** Checks the bytes against every secret, in a time that does not depend on the signature. */
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

/** Digits only, so that the dot after them can't move into the body; 15 reach beyond any date in use. */
const PLAIN_TIMESTAMP = /^\d{1,15}$/;
const LOWER_CASE_SHA256 = /^[0-9a-f]{64}$/;

function isUsable(secret: string): boolean {
  return secret.trim() !== '';
}

function isSignedByAny(
  secrets: readonly string[],
  { timestamp, rawBody, signature }: Omit<SignedMessage, 'secret'> & { readonly signature: string },
): boolean {
  const isWellFormed = LOWER_CASE_SHA256.test(signature);
  const given = Buffer.from(isWellFormed ? signature : NO_SIGNATURE, 'hex');
  const fits = secrets.map((secret) => timingSafeEqual(hmacOf({ secret, timestamp, rawBody }), given));
  return isWellFormed && fits.includes(true);
}

const NO_SIGNATURE = '0'.repeat(64);

function hmacOf({ secret, timestamp, rawBody }: SignedMessage): Buffer {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(rawBody).digest();
}

function headerOf(headers: IncomingHttpHeaders, name: keyof typeof WEBHOOK_HEADERS): string | null {
  const value = headers[WEBHOOK_HEADERS[name]];
  const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
  return text.trim() === '' ? null : text;
}

function refused(reason: SignatureRefusal): SignatureResult {
  return { kind: 'refused', reason };
}
