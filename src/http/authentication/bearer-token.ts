import type { IncomingHttpHeaders } from 'node:http';
import { unauthenticated } from './authentication-error.js';

/**
 * What 16 kB of headers hold beside those that proxies add. A person in 150 groups has a token of 8,400
 * characters. A WebSocket's first message could hold far more, and its token would have to be decoded.
 */
export const MAX_AUTHORIZATION_LENGTH = 14_336;
const BEARER = /^Bearer +([\w.~+/-]+=*)$/i;

export function readBearerToken({ authorization }: IncomingHttpHeaders): string {
  if (authorization === undefined || authorization.trim() === '') throw unauthenticated('missing');
  const token = authorization.length > MAX_AUTHORIZATION_LENGTH ? undefined : BEARER.exec(authorization)?.[1];
  if (token === undefined) throw unauthenticated('malformed');
  return token;
}
