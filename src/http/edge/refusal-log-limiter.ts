import type { Clock } from '../../shared/clock.js';
import { createLineBudget, type LineBudget } from '../../shared/log/log-rate-limiter.js';
import type { Log } from '../../shared/log/log.js';

/** Lines about refusals, by HTTP status. */
export function createRefusalBudget({ clock, log }: { readonly clock: Clock; readonly log: Log }): LineBudget<number> {
  return createLineBudget<number>({
    clock,
    onUnlogged: (byStatus) => {
      log.warn({ byStatus }, 'requests.refused');
    },
  });
}
