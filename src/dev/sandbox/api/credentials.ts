import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { SandboxContext } from '../sandbox-context.js';
import { textResponse, type Handler, type HttpResponse } from '../http.js';
import { refusalReply, TIMESTAMP_REFUSED } from './envelope.js';

/** How far a caller's clock may be off. The provider doesn't publish its window. */
const MAX_SKEW_MS = 5 * 60 * 1000;

/** Puts the check of both headers in front of a handler of the API. */
export function withCredentials(sandbox: SandboxContext, handler: Handler): Handler {
  return (call) => checkCredentials(sandbox, call.headers) ?? handler(call);
}

/** Null where both headers are right. */
function checkCredentials({ apiKey, clock }: SandboxContext, headers: IncomingHttpHeaders): HttpResponse | null {
  if (!isSame(headers['x-api-key'], apiKey)) return textResponse(401, 'Unauthorized: the API key is not valid.');
  if (!isFresh(headers['x-timestamp'], clock.now())) return refusalReply(TIMESTAMP_REFUSED);
  return null;
}

function isSame(given: string | string[] | undefined, expected: string): boolean {
  const givenBytes = Buffer.from(typeof given === 'string' ? given : '');
  const expectedBytes = Buffer.from(expected);
  return givenBytes.length === expectedBytes.length && timingSafeEqual(givenBytes, expectedBytes);
}

/** Milliseconds since the Unix epoch, in digits only. */
function isFresh(timestamp: string | string[] | undefined, nowMs: number): boolean {
  if (typeof timestamp !== 'string' || !/^\d{1,15}$/.test(timestamp)) return false;
  return Math.abs(nowMs - Number(timestamp)) <= MAX_SKEW_MS;
}
