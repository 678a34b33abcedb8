import { CircuitState, CountBreaker, circuitBreaker, handleWhenResult } from 'cockatiel';
import type { ChargeOutcome } from '../../payments/ports/payment-provider.js';
import type { OperatorLog } from '../../payments/ports/operator-log.js';
import type { PaymentProvider } from '../../payments/ports/payment-provider.js';
import type { Clock } from '../../shared/clock.js';

/** The last calls that are looked at, and how many there must be before anything is concluded from them. */
const WINDOW_CALLS = 60;
const FEWEST_CALLS = 20;
/** The share of them that must have failed. */
const OPENS_AT_SHARE = 0.5;
/** How long calls are turned away before one is let through to try. */
const OPEN_FOR_MS = 5_000;
/** The library goes by the wall clock: set back by an hour, it would keep the breaker open for as long. So the time is kept here. */
const LIBRARY_NEVER_WAITS = Number.NEGATIVE_INFINITY;

export interface ChargeBreakerOptions {
  readonly clock: Pick<Clock, 'monotonicNow'>;
  readonly log: OperatorLog;
  readonly openForMs?: number;
}

/**
 * Turns charges away as never sent while the provider is down, so that payers get their answer at once and the provider gets room to
 * come back. Only what says that the provider is down counts against it: refusals, declines and turned-away calls prove that it is up.
 */
export function withChargeBreaker(
  provider: PaymentProvider,
  { clock, log, openForMs = OPEN_FOR_MS }: ChargeBreakerOptions,
): PaymentProvider {
  let triesAgainAtMs = Number.NEGATIVE_INFINITY;
  const breaker = circuitBreaker(
    handleWhenResult((outcome) => saysProviderIsDown(outcome as ChargeOutcome)),
    {
      halfOpenAfter: LIBRARY_NEVER_WAITS,
      breaker: new CountBreaker({ threshold: OPENS_AT_SHARE, size: WINDOW_CALLS, minimumNumberOfCalls: FEWEST_CALLS }),
    },
  );
  breaker.onBreak(() => {
    triesAgainAtMs = clock.monotonicNow() + openForMs;
    log.alarm('clink.breaker-opened', { openForMs });
  });
  breaker.onReset(() => {
    log.info('clink.breaker-closed', {});
  });
  const turnAway: ChargeOutcome = { kind: 'neverSent', reason: 'breakerOpen', retryAfterMs: openForMs };
  return {
    charge: async (request, sendDeadline) => {
      // Whoever comes while another call tries is not kept waiting for it: its time to send would run out.
      const isTrying = breaker.state === CircuitState.HalfOpen;
      const isOpen = breaker.state === CircuitState.Open && clock.monotonicNow() < triesAgainAtMs;
      return isTrying || isOpen ? turnAway : breaker.execute(() => provider.charge(request, sendDeadline));
    },
  };
}

function saysProviderIsDown(outcome: ChargeOutcome): boolean {
  if (outcome.kind === 'neverSent') return outcome.reason === 'connectFailed';
  return outcome.kind === 'unknown' && ['timeout', 'connectionLost', 'serverError'].includes(outcome.reason);
}
