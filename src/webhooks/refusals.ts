import type { UnreadableEvent } from './event.js';
import type { SignatureRefusal } from './signature.js';

export type WebhookRefusal = SignatureRefusal | UnreadableEvent | 'storeUnavailable';

interface RefusalResponse {
  readonly status: 400 | 401 | 503;
  readonly message: string;
}

export const WEBHOOK_REFUSALS: Readonly<Record<WebhookRefusal, RefusalResponse>> = {
  timestampMissing: { status: 400, message: 'The X-Clink-Timestamp header is missing.' },
  timestampMalformed: {
    status: 400,
    message: 'The X-Clink-Timestamp header must be 1 to 15 digits: the time of signing in milliseconds or seconds.',
  },
  signatureMissing: { status: 400, message: 'The X-Clink-Signature header is missing.' },
  signTypeMissing: { status: 400, message: 'The X-Clink-SignType header is missing.' },
  signTypeUnsupported: { status: 400, message: 'The X-Clink-SignType header must be SHA256.' },
  signatureWrong: {
    status: 401,
    message:
      'The X-Clink-Signature header is not the signature of these bytes: 64 lower-case hexadecimal digits ' +
      'of HMAC-SHA256 over timestamp, dot and raw body, by a secret of this endpoint.',
  },
  noSecret: {
    status: 503,
    message: 'No webhook secret is set here (CLINK_WEBHOOK_SECRETS), so no event can be checked. Send it again later.',
  },
  notJson: { status: 400, message: 'The signature is right, but the body is not JSON in UTF-8.' },
  notAnObject: { status: 400, message: 'The signature is right, but the body is not a JSON object.' },
  idUnusable: {
    status: 400,
    message: 'The signature is right, but the event has no id of 1 to 255 visible ASCII characters.',
  },
  typeUnusable: {
    status: 400,
    message: 'The signature is right, but the event has no type of 1 to 255 visible ASCII characters.',
  },
  storeUnavailable: { status: 503, message: 'The event could not be written down. Send it again later.' },
};
