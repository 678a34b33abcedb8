import { StoreUnavailableError } from '../../payments/model/errors.js';
import type { Clock } from '../../shared/clock.js';
import { createLogRateLimiter } from '../../shared/log/log-rate-limiter.js';
import type { Log } from '../../shared/log/log.js';
import { findErrorCode } from './store-errors.js';

export interface UnavailableLogDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** Says why the database turned statements away, and so payments: a line for each reason, not one for each payment. */
export interface UnavailableLog {
  /** Of errors other than StoreUnavailableError, whoever meets them tells. */
  tell(error: unknown): void;
}

/** The first of its reason is told at once, and the number of the others with the next one after this time. */
const QUIET_MS = 10_000;

export function createUnavailableLog({ clock, log }: UnavailableLogDeps): UnavailableLog {
  const lines = createLogRateLimiter<string>({ clock, windowMs: QUIET_MS, linesPerWindow: 1 });
  return {
    tell: (error) => {
      if (!(error instanceof StoreUnavailableError)) return;
      const reason = findErrorCode(error.cause) ?? error.message;
      const statements = lines.admit(reason);
      if (statements > 0) log.warn({ reason, statements }, 'store.unavailable');
    },
  };
}
