import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { routerRequired } from './authentication-error.js';

/** What a router is set up to send with every request. */
export const ROUTER_SECRET_HEADER = 'x-router-secret';

/** Proves the router, beside the token that proves the user, by any of the secrets: while they are rolled there are two. Throws HttpError (403). Takes the same time whatever is sent. */
export function assertRouter(headers: IncomingHttpHeaders, secrets: readonly string[]): void {
  const sent = headers[ROUTER_SECRET_HEADER];
  // Digests are of one length, so the length of the secret is not told either.
  const digestSent = digest(typeof sent === 'string' ? sent : '');
  const matches = secrets.filter((secret) => timingSafeEqual(digestSent, digest(secret)));
  if (matches.length === 0) throw routerRequired();
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
