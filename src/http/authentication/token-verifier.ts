import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import type { Clock } from '../../shared/clock.js';
import type { Log } from '../../shared/log.js';
import { createAcceptedTokens } from './accepted-tokens.js';
import { HttpRefusal } from '../refusal.js';
import { unauthenticated } from './authentication-refusal.js';
import { createIssuerKeys, isTokensFault } from './issuer-keys.js';

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

export function createTokenVerifier({ keys, issuer, audience, clock, log }: TokenVerifierDeps): VerifyToken {
  const findKey = keys instanceof URL ? createIssuerKeys(keys, { clock, log }) : createLocalJWKSet(keys);
  const accepted = createAcceptedTokens(clock);
  const warnOfKey = createKeyWarning({ clock, log });
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
      if (error instanceof HttpRefusal) throw error;
      if (!isTokensFault(error)) warnOfKey(error);
      throw unauthenticated(error instanceof errors.JWTExpired ? 'expired' : 'notAccepted');
    }
  };
}

/** The operator has to hear of a published key that can't be used (too short, private, cut off); how often it is named is for strangers to choose. */
const KEY_WARNING_EVERY_MS = 60_000;

function createKeyWarning({ clock, log }: Pick<TokenVerifierDeps, 'clock' | 'log'>): (error: unknown) => void {
  let sayAgainAtMs = -Infinity;
  return (error) => {
    if (clock.monotonicNow() < sayAgainAtMs) return;
    sayAgainAtMs = clock.monotonicNow() + KEY_WARNING_EVERY_MS;
    log.warn({ err: error }, 'authentication.key-unusable');
  };
}
