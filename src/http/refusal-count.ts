import type { Clock } from '../shared/clock.js';
import type { Log } from '../shared/log.js';

const WINDOW_MS = 1_000;
/** Of one status in a second. Callers that make mistakes stay below; a flood need not fill a disk to be seen. */
const REFUSALS_LOGGED_PER_WINDOW = 20;

/**
 * Counts refusals by status, and says of each whether it is beyond those that get a line of their own. How many were, says one line when
 * the next request is counted or `tick` is called, a second later or more.
 */
export interface RefusalCount {
  isOneTooMany(status: number): boolean;
  tick(): void;
}

export function createRefusalCount({ clock, log }: { readonly clock: Clock; readonly log: Log }): RefusalCount {
  const refusals = new Map<number, number>();
  let windowEndsAtMs = -Infinity;

  const beginWindow = (nowMs: number): void => {
    const unlogged = [...refusals].flatMap(([status, count]) =>
      count > REFUSALS_LOGGED_PER_WINDOW ? [[status, count - REFUSALS_LOGGED_PER_WINDOW] as const] : [],
    );
    if (unlogged.length > 0) log.warn({ byStatus: Object.fromEntries(unlogged) }, 'requests.refused');
    refusals.clear();
    windowEndsAtMs = nowMs + WINDOW_MS;
  };

  const tick = (): void => {
    const nowMs = clock.monotonicNow();
    if (nowMs >= windowEndsAtMs) beginWindow(nowMs);
  };

  return {
    tick,
    isOneTooMany: (status) => {
      tick();
      const count = (refusals.get(status) ?? 0) + 1;
      refusals.set(status, count);
      return count > REFUSALS_LOGGED_PER_WINDOW;
    },
  };
}
