import {
  createRemoteJWKSet,
  errors,
  jwksCache,
  type ExportedJWKSCache,
  type JWKSCacheInput,
  type JWTVerifyGetKey,
} from 'jose';
import type { Clock } from '../../../shared/clock.js';
import type { Log } from '../../../shared/log/log.js';
import { createIssuerAgent } from './issuer-agent.js';
import { authenticationUnavailable, unauthenticated } from '../authentication-error.js';
import { createKeySearch, createNamelessSearch, isUnnamed } from './key-search.js';
import { createKeySetDiagnosis } from './key-set-fault.js';

interface IssuerKeysDeps {
  readonly proxy: URL | null;
  readonly clock: Clock;
  readonly log: Log;
}

/** A key that the issuer has withdrawn is trusted this long, and the minute of its accepted tokens. */
const KEYS_MAX_AGE_MS = 600_000;
/** A token with an unknown key has the keys read again; made-up tokens must not do so all the time. */
const KEYS_COOLDOWN_MS = 30_000;
const KEYS_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 3_000;
const FAILURE_PAUSE_MS = 5_000;
/** Tokens that may wait for keys to be read again while fresh ones are in use: each is work, and can be made up. */
const MAX_WAITING = 100;

/**
 * Finds the key of a token among those that the issuer publishes. Throws the library's error for a fault of the token
 * or its key, HttpError 401 for a key that is not published, and 503 where the keys can't be had and none are fresh.
 */
export function createIssuerKeys(url: URL, { proxy, clock, log }: IssuerKeysDeps): JWTVerifyGetKey {
  const lastRead: JWKSCacheInput = {};
  const published = createRemoteJWKSet(url, {
    [jwksCache]: lastRead,
    headers: { 'accept-encoding': 'identity' },
    agent: createIssuerAgent({ target: url, proxy, timeoutMs: CONNECT_TIMEOUT_MS }),
    timeoutDuration: KEYS_TIMEOUT_MS,
    cooldownDuration: KEYS_COOLDOWN_MS,
    cacheMaxAge: KEYS_MAX_AGE_MS,
  });
  let pausedUntilMs = -Infinity;
  let waiting = 0;
  const isPaused = (): boolean => clock.monotonicNow() < pausedUntilMs;
  const names = createKeyNames(published, lastRead);
  const diagnose = createKeySetDiagnosis(url);

  const pause = (error: unknown): void => {
    if (isPaused()) return;
    pausedUntilMs = clock.monotonicNow() + FAILURE_PAUSE_MS;
    const reason = diagnose(error);
    log.warn({ err: error, ...(reason !== null && { reason }) }, 'authentication.keys-unavailable');
  };

  return async (header, token) => {
    const isCrowded = waiting >= MAX_WAITING && published.fresh;
    if (isPaused() || isCrowded) return findAmongFresh(published, header, token);
    if (names.isUnpublished(header.kid)) throw unauthenticated('notAccepted');
    waiting += 1;
    try {
      return await published(header, token);
    } catch (error) {
      if (isUnnamed(error)) return names.findUnnamed(header, token);
      if (isTokensFault(error) || (await namesUnusableKey(published, header, token))) throw error;
      pause(error);
      return await findAmongFresh(published, header, token);
    } finally {
      waiting -= 1;
    }
  };
}

/** Whether the keys at hand hold the one that is named, and it can't be used: then the issuer did not fail. */
async function namesUnusableKey(published: PublishedKeys, ...named: Parameters<JWTVerifyGetKey>): Promise<boolean> {
  const keys = freshKeys(published);
  try {
    await keys?.(...named);
    return false;
  } catch (error) {
    return !isTokensFault(error);
  }
}

type PublishedKeys = ReturnType<typeof createRemoteJWKSet>;

interface KeyNames {
  /**
   * Whether a key is certainly not among those read last, while they are not to be read again. The library would
   * say the same by errors with stack traces and a search of every key; made-up tokens come by the thousand.
   */
  isUnpublished(kid: unknown): boolean;
  readonly findUnnamed: JWTVerifyGetKey;
}

function createKeyNames(published: PublishedKeys, lastRead: JWKSCacheInput): KeyNames {
  let keySet: ExportedJWKSCache['jwks'] = { keys: [] };
  let kids: ReadonlySet<unknown> = new Set();
  let findUnnamed = createNamelessSearch(keySet);
  const readAnew = (): void => {
    if (lastRead.jwks === undefined || lastRead.jwks === keySet) return;
    keySet = lastRead.jwks;
    kids = new Set(keySet.keys.map((key) => key.kid));
    findUnnamed = createNamelessSearch(keySet);
  };
  return {
    isUnpublished: (kid) => {
      readAnew();
      if (typeof kid !== 'string' || kids.has(kid) || kids.has(undefined)) return false;
      return published.fresh && published.coolingDown && !published.reloading;
    },
    findUnnamed: (...named) => {
      readAnew();
      return findUnnamed(...named);
    },
  };
}

async function findAmongFresh(published: PublishedKeys, ...named: Parameters<JWTVerifyGetKey>) {
  const keys = freshKeys(published);
  if (keys === null) throw authenticationUnavailable();
  try {
    return await keys(...named);
  } catch {
    throw authenticationUnavailable();
  }
}

function freshKeys(published: PublishedKeys): JWTVerifyGetKey | null {
  const keys = published.jwks();
  return keys === undefined || !published.fresh ? null : createKeySearch(keys);
}

/** Whether the library found fault with a token. Failures to read keys have other classes. */
export function isTokensFault(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return false;
  return ![errors.JWKSTimeout.code, errors.JWKSInvalid.code, errors.JOSEError.code].includes(error.code);
}
