import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { routerRequired } from './authentication-error.js';

const ROUTER_SECRET_HEADER = 'x-router-secret';

/** Accepts any of the secrets: while they are rolled there are two. Throws HttpError (403), in constant time. */
export function assertRouter(headers: IncomingHttpHeaders, secrets: readonly string[]): void {
  const sent = headers[ROUTER_SECRET_HEADER];
  // Digests are of one length, so that the secret's length stays hidden as well.
  const digestSent = digest(typeof sent === 'string' ? sent : '');
  const matches = secrets.filter((secret) => timingSafeEqual(digestSent, digest(secret)));
  if (matches.length === 0) throw routerRequired();
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
