import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { errors } from 'jose';

const NO_KEY_SET =
  'AUTH_JWKS_URL answers with something else than a key set, {"keys": […]}: ' +
  'it must be the address of the keys, not of the issuer’s discovery document or a page.';

export function createKeySetDiagnosis(url: URL): (error: unknown) => string | null {
  const lastStatus = watchStatus(url);
  return (error) => {
    if (!(error instanceof errors.JOSEError)) return null;
    if (error.code === errors.JWKSInvalid.code) return NO_KEY_SET;
    return error.code === errors.JOSEError.code ? reasonOf(lastStatus()) : null;
  };
}

function reasonOf(status: number | undefined): string | null {
  if (status === undefined) return null;
  if (status === 200) return NO_KEY_SET;
  if (status < 300 || status > 399) return `AUTH_JWKS_URL answers with status ${status} in place of 200.`;
  return 'AUTH_JWKS_URL answers with a redirect, which is not followed: set it to the address of the keys themselves.';
}

function watchStatus(url: URL): () => number | undefined {
  let status: number | undefined;
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as { readonly request: ClientRequest; readonly response: IncomingMessage };
    if (request.path === `${url.pathname}${url.search}` && request.getHeader('host') === url.host)
      status = response.statusCode;
  });
  return () => status;
}
