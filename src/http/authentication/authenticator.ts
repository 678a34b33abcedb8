import type { IncomingHttpHeaders } from 'node:http';
import type { JSONWebKeySet } from 'jose';
import { LOCAL_CALLER, type Caller } from '../../payments/access/caller.js';
import type { Clock } from '../../shared/clock.js';
import type { Log } from '../../shared/log/log.js';
import type { TokenRecipients } from './access-token.js';
import { unauthenticated } from './authentication-error.js';
import { readBearerToken } from './bearer-token.js';
import { assertRouter } from './router-secret.js';
import { createSetupWarnings } from './setup-warnings.js';
import { toCaller, type CallerClaims } from './token-caller.js';
import { createTokenVerifier } from './token-verifier.js';

/** Resolves with the caller. Throws HttpError: 401, 403, or 503 where the caller can't be known. */
export type Authenticate = (headers: IncomingHttpHeaders) => Promise<Caller>;

interface AuthenticatorDeps {
  readonly tokens: TokenOptions | null;
  readonly routerSecrets: (() => readonly string[]) | null;
  readonly clock: Clock;
  readonly log: Log;
}

export interface TokenOptions extends TokenRecipients, CallerClaims {
  readonly keys: URL | JSONWebKeySet;
  readonly proxy: URL | null;
  readonly issuer: string;
}

/** Checks the router's secret first: without it no token is verified. */
export function createAuthenticator({ tokens, routerSecrets, clock, log }: AuthenticatorDeps): Authenticate {
  const identify = tokens === null ? () => Promise.resolve(LOCAL_CALLER) : createIdentify(tokens, { clock, log });
  return async (headers) => {
    if (routerSecrets !== null) assertRouter(headers, routerSecrets());
    return identify(headers);
  };
}

function createIdentify(tokens: TokenOptions, { clock, log }: Pick<AuthenticatorDeps, 'clock' | 'log'>): Authenticate {
  const warn = createSetupWarnings({ clock, log });
  const verify = createTokenVerifier({ ...tokens, clock, log, warn });
  return async (headers) => {
    const payload = await verify(readBearerToken(headers));
    try {
      return toCaller(payload, tokens);
    } catch (error) {
      if (error === unauthenticated('numericCustomer')) warn('numericCustomer');
      throw error;
    }
  };
}
