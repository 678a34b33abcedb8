import type { Clock } from '../../shared/clock.js';
import { createLogRateLimiter, FLOOD_LINES } from '../../shared/log/log-rate-limiter.js';
import type { Log } from '../../shared/log/log.js';

interface RefusalLogLimiter {
  isSpent(status: number): boolean;
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
