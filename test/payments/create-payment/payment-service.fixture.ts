import type { PaymentRates } from '../../../src/payments/create-payment/claim.js';
import {
  createPaymentService,
  type PaymentService,
} from '../../../src/payments/create-payment/create-payment.service.js';
import type { ReplayDeps } from '../../../src/payments/create-payment/replay.js';
import { createOutcomeWriter } from '../../../src/payments/outcome-writer/outcome-writer.js';
import type { OperatorLog } from '../../../src/payments/ports/operator-log.js';
import type { ChargeOutcome, ChargeRequest, PaymentProvider } from '../../../src/payments/ports/payment-provider.js';
import type { PaymentStore } from '../../../src/payments/ports/payment-store.js';
import { systemClock } from '../../../src/shared/clock.js';

export const NO_RATES: PaymentRates = { perPerson: null, perService: null, perInstrument: null };

/** What becomes of one charge. */
export type Script = (request: ChargeRequest) => ChargeOutcome | Promise<ChargeOutcome>;

export interface ScriptedProvider extends PaymentProvider {
  /** Requests that were written, in order: what has left the gateway. */
  readonly sent: readonly ChargeRequest[];
}

/** Plays one script after the other, the last one for ever. As over the wire, nothing is sent past the deadline. */
export function scriptedProvider(...scripts: readonly Script[]): ScriptedProvider {
  const sent: ChargeRequest[] = [];
  let calls = 0;
  return {
    sent,
    charge: async (request, sendDeadline) => {
      if (sendDeadline.hasPassed()) return neverSent('tooLate');
      const script = scripts[Math.min(calls, scripts.length - 1)] ?? paid;
      calls += 1;
      const at = sent.push(request) - 1;
      const outcome = await script(request);
      if (outcome.kind === 'neverSent') sent.splice(at, 1);
      return outcome;
    },
  };
}

export const paid: Script = ({ paymentId }) => ({
  kind: 'answered',
  answer: {
    state: 'paid',
    orderId: orderOf(paymentId),
    sessionId: null,
    paymentInstrumentId: null,
    customer: {},
    action: null,
    actionProblem: null,
    amount: { minorUnits: 1999n, currency: 'USD' },
    failure: null,
  },
});

export function orderOf(paymentId: string): string {
  return `order_of_${paymentId}`;
}

export function neverSent(reason: 'connectFailed' | 'tooLate', retryAfterMs: number | null = null): ChargeOutcome {
  return { kind: 'neverSent', reason, retryAfterMs };
}

/** The store's own methods but for those given. */
export function storeWith(payments: PaymentStore, methods: Partial<PaymentStore>): PaymentStore {
  return Object.assign(Object.create(payments) as PaymentStore, methods);
}

export interface OpenedService extends PaymentService {
  readonly alarms: readonly string[];
}

type ServiceOptions = Pick<ReplayDeps, 'store' | 'provider' | 'changes'> & Partial<ReplayDeps>;

/** The service with an outcome writer of its own, no rates and a log that keeps the alarms. */
export function openService(options: ServiceOptions): OpenedService {
  const { clock = systemClock } = options;
  const alarms: string[] = [];
  const log: OperatorLog = { info: () => undefined, alarm: (event) => void alarms.push(event) };
  const service = createPaymentService({
    outcomeWriter: createOutcomeWriter(clock, log),
    clock,
    log,
    inFlightWaitMs: 0,
    sendWindowMs: 5_000,
    rates: NO_RATES,
    ...options,
  });
  return { ...service, alarms };
}
