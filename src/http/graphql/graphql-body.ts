import { isUtf8 } from 'node:buffer';
import { parseRequestJson } from '../../graphql/input/inexact-number.js';
import { HttpError } from '../transport/http-error.js';

export function assertJson(contentType: string | undefined): void {
  const [type, ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  if (type === 'application/json' && (charset === undefined || /^charset="?utf-?8"?$/.test(charset))) return;
  throw new HttpError({
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: 'Send the operation as JSON in UTF-8, with the header Content-Type: application/json.',
    headers: { 'accept-post': 'application/json' },
  });
}

export function parseJson(body: Buffer): unknown {
  // Decoding would put replacement characters in place of wrong bytes, and a payment would have another input.
  if (!isUtf8(body)) throw badRequest('The body is not valid UTF-8.');
  try {
    return parseRequestJson(body.toString('utf8'));
  } catch {
    throw badRequest('The body is not valid JSON.');
  }
}

function badRequest(message: string): HttpError {
  return new HttpError({ status: 400, code: 'BAD_REQUEST', message: `${message} Nothing was executed.` });
}
