import { createHmac } from 'node:crypto';

interface SigningInput {
  readonly secret: string;
  readonly timestampMs: number;
  readonly rawBody: string | Buffer;
}

/** HMAC-SHA256 over `<timestamp>.<raw body>` with the whole secret, in lower-case hexadecimal. */
export function signWebhook({ secret, timestampMs, rawBody }: SigningInput): string {
  return createHmac('sha256', secret).update(`${timestampMs}.`).update(rawBody).digest('hex');
}

export function toSignatureHeaders(input: SigningInput): Record<string, string> {
  return {
    'X-Clink-Timestamp': String(input.timestampMs),
    'X-Clink-Signature': signWebhook(input),
    'X-Clink-SignType': 'SHA256',
  };
}
