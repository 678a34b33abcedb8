import type { Clock } from '../../shared/clock.js';
import type { SendDeadline } from '../ports/payment-provider.js';

/**
 * Passes `windowMs` from now. Made before the store is asked for the claim, it passes before `send_before` does.
 * One of the two clocks stands still while the machine sleeps, the other may be set back: the later one counts.
 */
export function createSendDeadline(clock: Clock, windowMs: number): SendDeadline {
  const madeAtMs = clock.now();
  const madeAtMonotonicMs = clock.monotonicNow();
  const passedMs = (): number => Math.max(clock.now() - madeAtMs, clock.monotonicNow() - madeAtMonotonicMs);
  return { hasPassed: () => passedMs() >= windowMs, remainingMs: () => windowMs - passedMs() };
}
