import type { Clock } from '../../shared/clock.js';
import { createLogRateLimiter, type LogRateLimiter } from '../../shared/log/log-rate-limiter.js';
import type { Log } from '../../shared/log/log.js';

/** Lines about refusals, by HTTP status. */
export function createRefusalLogLimiter({
  clock,
  log,
}: {
  readonly clock: Clock;
  readonly log: Log;
}): LogRateLimiter<number> {
  return createLogRateLimiter<number>({
    clock,
    onUnlogged: (byStatus) => {
      log.warn({ byStatus }, 'requests.refused');
    },
  });
}
