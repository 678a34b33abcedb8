import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import type { Clock } from '../../shared/clock.js';
import type { Log } from '../../shared/log.js';
import { createAcceptedTokens } from './accepted-tokens.js';
import { authenticationUnavailable, unauthenticated } from './authentication-refusal.js';

/** What a token says, once everything about it was checked. Throws HttpRefusal: 401 for the token, 503 where its key can't be had. */
export type VerifyToken = (token: string) => Promise<JWTPayload>;

export interface TokenVerifierDeps {
  /** Where the issuer publishes its keys, or the keys themselves. */
  readonly keys: URL | JSONWebKeySet;
  readonly issuer: string;
  readonly audience: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Signatures that only the issuer can make. No HMAC: its key would be one that is published. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Between the issuer's clock and this one. */
export const CLOCK_TOLERANCE_SECONDS = 30;
/** A key that the issuer has withdrawn is believed no longer than this. */
const KEYS_MAX_AGE_MS = 600_000;
/** A token with an unknown key makes the keys be read again, but tokens that were made up must not do so all the time. */
const KEYS_COOLDOWN_MS = 30_000;
const KEYS_TIMEOUT_MS = 5_000;

export function createTokenVerifier({ keys, issuer, audience, clock, log }: TokenVerifierDeps): VerifyToken {
  const findKey = keys instanceof URL ? createRemoteJWKSet(keys, REMOTE_OPTIONS) : createLocalJWKSet(keys);
  const accepted = createAcceptedTokens(clock);
  return async (token) => {
    const known = accepted.find(token);
    if (known !== null) return known;
    try {
      const { payload } = await jwtVerify(token, findKey, {
        ...{ issuer, audience, algorithms: ALGORITHMS, clockTolerance: CLOCK_TOLERANCE_SECONDS },
        requiredClaims: ['exp'],
        currentDate: new Date(clock.now()),
      });
      accepted.keep(token, payload);
      return payload;
    } catch (error) {
      if (isTokensFault(error)) throw unauthenticated(error instanceof errors.JWTExpired ? 'expired' : 'notAccepted');
      log.warn({ err: error }, 'authentication.keys-unavailable');
      throw authenticationUnavailable();
    }
  };
}

const REMOTE_OPTIONS = {
  timeoutDuration: KEYS_TIMEOUT_MS,
  cooldownDuration: KEYS_COOLDOWN_MS,
  cacheMaxAge: KEYS_MAX_AGE_MS,
};

/** What goes wrong while the keys are read has these classes, or none of the library's. */
function isTokensFault(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return false;
  return ![errors.JWKSTimeout.code, errors.JWKSInvalid.code, errors.JOSEError.code].includes(error.code);
}
