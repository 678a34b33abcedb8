import { errors, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import type { Clock } from '../../shared/clock.js';
import { createLogRateLimiter } from '../../shared/log/log-rate-limiter.js';
import type { Log } from '../../shared/log/log.js';
import { createAcceptedTokens } from './accepted-tokens.js';
import { HttpError } from '../transport/http-error.js';
import { unauthenticated } from './authentication-error.js';
import { findRecipientFault, type TokenRecipients } from './access-token.js';
import { createIssuerKeys, isTokensFault } from './keys/issuer-keys.js';
import { createKeySearch } from './keys/key-search.js';
import type { SetupFault } from './setup-warnings.js';

/** Resolves with a token's payload. Throws HttpError: 401 for the token, 503 where its key can't be had. */
type VerifyToken = (token: string) => Promise<JWTPayload>;

interface TokenVerifierDeps extends TokenRecipients {
  readonly keys: URL | JSONWebKeySet;
  readonly proxy: URL | null;
  readonly issuer: string;
  readonly clock: Clock;
  readonly log: Log;
  warn(fault: SetupFault): void;
}

/** Signatures that only the issuer can make. An HMAC's key would be one that is published. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
export const CLOCK_TOLERANCE_SECONDS = 30;

export function createTokenVerifier(deps: TokenVerifierDeps): VerifyToken {
  const { keys, proxy, issuer, audience, clock, log, warn } = deps;
  const findKey = keys instanceof URL ? createIssuerKeys(keys, { proxy, clock, log }) : createKeySearch(keys);
  const accepted = createAcceptedTokens(clock);
  const warnOfKey = createKeyWarning({ clock, log });
  return async (token) => {
    const known = accepted.find(token);
    if (known !== null) return known;
    try {
      const { payload } = await jwtVerify(token, findKey, {
        issuer,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        ...(audience !== null && { audience }),
        requiredClaims: ['exp'],
        currentDate: new Date(clock.now()),
      });
      assertForGateway(payload, deps);
      accepted.keep(token, payload);
      return payload;
    } catch (error) {
      if (error instanceof HttpError) throw error;
      if (!isTokensFault(error)) warnOfKey(error);
      const fault = findSetupFault(error, issuer);
      if (fault !== null) warn(fault);
      throw unauthenticated(error instanceof errors.JWTExpired ? 'expired' : 'notAccepted');
    }
  };
}

function assertForGateway(payload: JWTPayload, { warn, ...recipients }: TokenVerifierDeps): void {
  const fault = findRecipientFault(payload, recipients);
  if (fault === null) return;
  warn(fault);
  throw unauthenticated(fault === 'notAccess' ? 'notAccess' : 'notAccepted');
}

function findSetupFault(error: unknown, issuer: string): SetupFault | null {
  if (error instanceof errors.JWTClaimValidationFailed) return findClaimFault(error, issuer);
  return error instanceof errors.JWKSMultipleMatchingKeys ? 'severalKeys' : null;
}

function findClaimFault({ claim, payload }: errors.JWTClaimValidationFailed, issuer: string): SetupFault | null {
  if (claim === 'aud') return payload.aud === undefined ? 'noAudience' : 'audience';
  if (claim !== 'iss') return null;
  return withoutSlash(String(payload.iss)) === withoutSlash(issuer) ? 'issuerSlash' : 'issuer';
}

function withoutSlash(issuer: string): string {
  return issuer.replace(/\/$/, '');
}

const KEY_WARNING_EVERY_MS = 60_000;

function createKeyWarning({ clock, log }: Pick<TokenVerifierDeps, 'clock' | 'log'>): (error: unknown) => void {
  const lines = createLogRateLimiter<'unusable'>({ clock, windowMs: KEY_WARNING_EVERY_MS, linesPerWindow: 1 });
  return (error) => {
    if (lines.admit('unusable') > 0) log.warn({ err: error }, 'authentication.key-unusable');
  };
}
