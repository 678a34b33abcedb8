import { createHmac } from 'node:crypto';

export interface SigningInput {
  /** The whole endpoint secret, used as it is written. */
  readonly secret: string;
  readonly timestampMs: number;
  /** The body's very bytes. */
  readonly rawBody: string | Buffer;
}

/** The provider's signature: HMAC-SHA256 over `<timestamp>.<raw body>`, in lower-case hexadecimal. */
export function signWebhook({ secret, timestampMs, rawBody }: SigningInput): string {
  return createHmac('sha256', secret).update(`${timestampMs}.`).update(rawBody).digest('hex');
}

/** The three headers that a delivery carries. */
export function toSignatureHeaders(input: SigningInput): Record<string, string> {
  return {
    'X-Clink-Timestamp': String(input.timestampMs),
    'X-Clink-Signature': signWebhook(input),
    'X-Clink-SignType': 'SHA256',
  };
}
