import { createHash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { Clock } from '../../shared/clock.js';

/** Tokens whose signature was found right a moment ago, so that their callers do not wait behind the forged ones of others. */
export interface AcceptedTokens {
  /** What an accepted token says; null where it has to be checked. */
  find(token: string): JWTPayload | null;
  keep(token: string, payload: JWTPayload): void;
}

/** How much longer than the issuer's key a token may be believed. */
const BELIEVED_MS = 60_000;
/** Nobody gets a token in here who did not prove it, so only callers can crowd each other out. */
const MOST = 10_000;

/** The tokens themselves are not kept, only their digests. */
export function createAcceptedTokens(clock: Clock): AcceptedTokens {
  const accepted = new Map<string, { readonly payload: JWTPayload; readonly untilMs: number }>();
  return {
    find: (token) => {
      const digest = digestOf(token);
      const found = accepted.get(digest);
      if (found === undefined) return null;
      if (clock.now() < found.untilMs) return found.payload;
      accepted.delete(digest);
      return null;
    },
    keep: (token, payload) => {
      const untilMs = Math.min(clock.now() + BELIEVED_MS, (payload.exp ?? 0) * 1000);
      for (const oldest of accepted.keys()) {
        if (accepted.size < MOST) break;
        accepted.delete(oldest);
      }
      accepted.set(digestOf(token), { payload, untilMs });
    },
  };
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
