import type { Clock } from '../../shared/clock.js';
import type { SendDeadline } from '../ports/payment-provider.js';

/**
 * Made before the claim is asked for, so that it passes before `send_before`. One of the clocks
 * stands still while the machine sleeps, the other may be set back: the later counts.
 */
export function createSendDeadline(clock: Clock, windowMs: number): SendDeadline {
  const madeAtMs = clock.now();
  const madeAtMonotonicMs = clock.monotonicNow();
  const passedMs = (): number => Math.max(clock.now() - madeAtMs, clock.monotonicNow() - madeAtMonotonicMs);
  return { hasPassed: () => passedMs() >= windowMs, remainingMs: () => windowMs - passedMs() };
}
