import type { IncomingHttpHeaders } from 'node:http';
import { unauthenticated } from './authentication-refusal.js';

/** Real tokens have one or two kilobytes; nobody is made to decode more. */
const MAX_TOKEN_BYTES = 8_192;
const BEARER = /^Bearer +([\w.~+/-]+=*)$/i;

/** The access token of a request. Throws HttpRefusal (401). */
export function readBearerToken({ authorization }: IncomingHttpHeaders): string {
  if (authorization === undefined || authorization.trim() === '') throw unauthenticated('missing');
  const token = authorization.length > MAX_TOKEN_BYTES ? undefined : BEARER.exec(authorization)?.[1];
  if (token === undefined) throw unauthenticated('malformed');
  return token;
}
