import { StoreUnavailableError } from '../../payments/model/errors.js';
import type { Clock } from '../../shared/clock.js';
import { createLogRateLimiter } from '../../shared/log/log-rate-limiter.js';
import type { Log } from '../../shared/log/log.js';
import { findErrorCode } from './store-errors.js';

interface UnavailableLogDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** Logs a line for each reason, not for each payment. */
export interface UnavailableLog {
  report(error: unknown): void;
}

const QUIET_MS = 10_000;

export function createUnavailableLog({ clock, log }: UnavailableLogDeps): UnavailableLog {
  const lines = createLogRateLimiter<string>({ clock, windowMs: QUIET_MS, linesPerWindow: 1 });
  return {
    report: (error) => {
      if (!(error instanceof StoreUnavailableError)) return;
      const reason = findErrorCode(error.cause) ?? error.message;
      const statements = lines.admit(reason);
      if (statements > 0) log.warn({ reason, statements }, 'store.unavailable');
    },
  };
}
