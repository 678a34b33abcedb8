import type { Clock } from '../../shared/clock.js';
import type { SendDeadline } from '../ports/payment-provider.js';

/**
 * A sendDeadline that falls `windowMs` from now. It is made before the store is asked for the claim, so it falls before the database's own
 * `send_before`. Both clocks are read: one of them stands still while the machine sleeps, the other may be set back.
 */
export function createSendDeadline(clock: Clock, windowMs: number): SendDeadline {
  const madeAtMs = clock.now();
  const madeAtMonotonicMs = clock.monotonicNow();
  const passedMs = (): number => Math.max(clock.now() - madeAtMs, clock.monotonicNow() - madeAtMonotonicMs);
  return { hasPassed: () => passedMs() >= windowMs, remainingMs: () => windowMs - passedMs() };
}
