import { createHash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { Clock } from '../../shared/clock.js';

/** Tokens that were verified a moment ago: their callers do not wait behind forged ones. */
interface AcceptedTokens {
  find(token: string): JWTPayload | null;
  keep(token: string, payload: JWTPayload): void;
}

const ACCEPTED_MS = 60_000;
const MAX_TOKENS = 10_000;

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
      const untilMs = Math.min(clock.now() + ACCEPTED_MS, (payload.exp ?? 0) * 1000);
      for (const oldest of accepted.keys()) {
        if (accepted.size < MAX_TOKENS) break;
        accepted.delete(oldest);
      }
      accepted.set(digestOf(token), { payload, untilMs });
    },
  };
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
