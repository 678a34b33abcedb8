import type { Clock } from '../../shared/clock.js';
import { createLogRateLimiter, FLOOD_LINES } from '../../shared/log/log-rate-limiter.js';
import type { Log } from '../../shared/log/log.js';

/** Bounds the log lines of refused requests, by HTTP status. */
export interface RefusalLogLimiter {
  /** Whether a refusal of this status goes without a line. */
  isSpent(status: number): boolean;
  /** Logs how many went without a line in seconds that are over; `isSpent` does so too. */
  tick(): void;
}

export function createRefusalLogLimiter({
  clock,
  log,
}: {
  readonly clock: Clock;
  readonly log: Log;
}): RefusalLogLimiter {
  const lines = createLogRateLimiter<number>({ clock, ...FLOOD_LINES });
  const tick = (): void => {
    const byStatus = lines.takeUnlogged();
    if (byStatus !== null) log.warn({ byStatus }, 'requests.refused');
  };
  return {
    tick,
    isSpent: (status) => {
      tick();
      return lines.admit(status) === 0;
    },
  };
}
