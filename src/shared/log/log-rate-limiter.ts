import type { Clock } from '../clock.js';

/** Lines that strangers can have written to the log, by kind: so many a second get one of their own, the others are counted. */
export interface LogRateLimiter<Kind extends string | number> {
  /** Whether one of this kind has to go without a line. */
  isSpent(kind: Kind): boolean;
  /** Has the last second's count told if it is over; `isSpent` does so too. */
  tick(): void;
}

export interface LogRateLimiterDeps {
  readonly clock: Clock;
  /** Told how many of each kind went without a line in a second, when the next one is looked at. */
  readonly onUnlogged: (counts: Readonly<Record<string, number>>) => void;
}

const WINDOW_MS = 1_000;
/** Of one kind in a second. Callers that make mistakes stay below; a flood need not fill a disk to be seen. */
const LINES_PER_WINDOW = 20;

export function createLogRateLimiter<Kind extends string | number>(deps: LogRateLimiterDeps): LogRateLimiter<Kind> {
  const seen = new Map<Kind, number>();
  let windowEndsAtMs = -Infinity;

  const tick = (): void => {
    const nowMs = deps.clock.monotonicNow();
    if (nowMs < windowEndsAtMs) return;
    const unlogged = [...seen].flatMap(([kind, count]) =>
      count > LINES_PER_WINDOW ? [[kind, count - LINES_PER_WINDOW] as const] : [],
    );
    if (unlogged.length > 0) deps.onUnlogged(Object.fromEntries(unlogged));
    seen.clear();
    windowEndsAtMs = nowMs + WINDOW_MS;
  };

  return {
    tick,
    isSpent: (kind) => {
      tick();
      const count = (seen.get(kind) ?? 0) + 1;
      seen.set(kind, count);
      return count > LINES_PER_WINDOW;
    },
  };
}
