import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { SandboxContext } from '../sandbox-context.js';
import { textResponse, type Handler, type HttpResponse } from '../http.js';
import { refusalResponse, TIMESTAMP_REFUSED } from './envelope.js';

const MAX_SKEW_MS = 5 * 60 * 1000;

export function withCredentials(sandbox: SandboxContext, handler: Handler): Handler {
  return (context) => checkCredentials(sandbox, context.headers) ?? handler(context);
}

function checkCredentials({ apiKey, clock }: SandboxContext, headers: IncomingHttpHeaders): HttpResponse | null {
  if (!isSame(headers['x-api-key'], apiKey)) return textResponse(401, 'Unauthorized: the API key is not valid.');
  if (!isFresh(headers['x-timestamp'], clock.now())) return refusalResponse(TIMESTAMP_REFUSED);
  return null;
}

function isSame(given: string | string[] | undefined, expected: string): boolean {
  const givenBytes = Buffer.from(typeof given === 'string' ? given : '');
  const expectedBytes = Buffer.from(expected);
  return givenBytes.length === expectedBytes.length && timingSafeEqual(givenBytes, expectedBytes);
}

function isFresh(timestamp: string | string[] | undefined, nowMs: number): boolean {
  if (typeof timestamp !== 'string' || !/^\d{1,15}$/.test(timestamp)) return false;
  return Math.abs(nowMs - Number(timestamp)) <= MAX_SKEW_MS;
}
