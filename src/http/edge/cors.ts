import type { IncomingHttpHeaders } from 'node:http';
import type { HttpResponse } from '../transport/http-context.js';

export const STUDIO_ORIGIN = 'https://studio.apollographql.com';

export interface Cors {
  headersFor(headers: IncomingHttpHeaders): Record<string, string>;
  preflight(headers: IncomingHttpHeaders): HttpResponse;
}

export function createCors(origins: readonly string[]): Cors {
  const allowed = new Set(origins);
  const headersFor = ({ origin }: IncomingHttpHeaders): Record<string, string> =>
    origin !== undefined && allowed.has(origin)
      ? { vary: 'Origin', 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED_HEADERS }
      : { vary: 'Origin' };
  return {
    headersFor,
    preflight: (headers) => ({
      status: 204,
      headers: { allow: ALLOWED_METHODS, ...headersFor(headers), ...preflightHeaders(headers, allowed) },
      body: '',
    }),
  };
}

const ALLOWED_METHODS = 'GET, POST, OPTIONS';
const EXPOSED_HEADERS = 'x-request-id, retry-after';
const USUAL_HEADERS =
  'content-type, accept, authorization, apollo-require-preflight, x-apollo-operation-name, x-apollo-operation-id, ' +
  'apollo-query-plan-experimental, apollographql-client-name, apollographql-client-version, ' +
  'apollo-federation-include-trace, x-request-id';
const PREFLIGHT_MAX_AGE_SECONDS = '7200';
const HEADER_NAME_LIST = /^[\w-]+(?:\s*,\s*[\w-]+)*$/;

/**
 * Allows the headers that the browser names: people add their own in Studio. The origin is on the list
 * and no cookies are taken (there is no Allow-Credentials).
 */
function preflightHeaders(headers: IncomingHttpHeaders, allowed: ReadonlySet<string>): Record<string, string> {
  if (headers.origin === undefined || !allowed.has(headers.origin)) return {};
  const asked = headers['access-control-request-headers'];
  const fromPublicToPrivate = headers['access-control-request-private-network'] === 'true';
  return {
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Private-Network',
    'access-control-allow-methods': ALLOWED_METHODS,
    'access-control-allow-headers': asked !== undefined && HEADER_NAME_LIST.test(asked) ? asked : USUAL_HEADERS,
    'access-control-max-age': PREFLIGHT_MAX_AGE_SECONDS,
    // Chrome asks separately about Studio, which is on the internet, and a server on the developer's machine.
    ...(fromPublicToPrivate && { 'access-control-allow-private-network': 'true' }),
  };
}
