import type { IncomingMessage } from 'node:http';
import type { HttpErrorOptions } from '../transport/http-error.js';

/** What node:http would refuse by itself, without the headers that protect a browser. */
export function findHeaderError({ headers, httpVersion }: IncomingMessage): HttpErrorOptions | null {
  if (headers.host === undefined && httpVersion === '1.1') return HOST_MISSING;
  return headers.expect === undefined || CONTINUE.test(headers.expect) ? null : EXPECTATION_UNKNOWN;
}

const CONTINUE = /^100-continue$/i;

const HOST_MISSING: HttpErrorOptions = {
  status: 400,
  code: 'BAD_REQUEST',
  message: 'The request has no Host header. Nothing was executed.',
};
const EXPECTATION_UNKNOWN: HttpErrorOptions = {
  status: 417,
  code: 'EXPECTATION_FAILED',
  message: 'Of what the Expect header may ask for, this server knows 100-continue only. Nothing was executed.',
};
