import { CircuitState, CountBreaker, circuitBreaker, handleWhenResult } from 'cockatiel';
import type { ChargeOutcome } from '../../payments/ports/payment-provider.js';
import type { OperatorLog } from '../../payments/ports/operator-log.js';
import type { PaymentProvider } from '../../payments/ports/payment-provider.js';
import type { Clock } from '../../shared/clock.js';

const WINDOW_CALLS = 60;
const FEWEST_CALLS = 20;
const OPENS_AT_SHARE = 0.5;
const OPEN_FOR_MS = 5_000;
/** The library waits by the wall clock, which may be set back by an hour; the wait is kept here instead. */
const LIBRARY_NEVER_WAITS = Number.NEGATIVE_INFINITY;

interface ChargeBreakerOptions {
  readonly clock: Pick<Clock, 'monotonicNow'>;
  readonly log: OperatorLog;
  readonly openForMs?: number;
}

/**
 * Answers charges as never sent while the provider is down: payers get an answer at once, the
 * provider gets room to recover. Refusals and declines prove that the provider is up.
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
