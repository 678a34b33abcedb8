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

/** Who is asking. Throws HttpError: 401, 403, or 503 where that can't be found out. */
export type Authenticate = (headers: IncomingHttpHeaders) => Promise<Caller>;

export interface AuthenticatorDeps {
  /** Null: nobody has a token, and everybody is the same caller. */
  readonly tokens: TokenOptions | null;
  /** What a router may send, as it is now. Null: callers come without a router. */
  readonly routerSecrets: (() => readonly string[]) | null;
  readonly clock: Clock;
  readonly log: Log;
}

export interface TokenOptions extends TokenRecipients, CallerClaims {
  readonly keys: URL | JSONWebKeySet;
  /** Through which the issuer is reached; none: directly. */
  readonly proxy?: URL | null;
  readonly issuer: string;
}

/** The router is proved first: whoever comes past it does not even get to have a token checked. */
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
