import { withChargeBreaker } from '../clink/charge/charge-breaker.js';
import type { ClinkClient } from '../clink/clink-client.js';
import type { GraphqlApiDeps } from '../graphql/api.js';
import { createConcurrencyLimiter } from '../payments/access/per-caller.js';
import { createPaymentService, type PaymentService } from '../payments/create-payment/create-payment.service.js';
import { withReplayLimit } from '../payments/create-payment/replay-limit.js';
import { createPaymentFinder } from '../payments/find-payments/find-payments.service.js';
import type { OutcomeWriter } from '../payments/outcome-writer/outcome-writer.js';
import type { PaymentChanges } from '../payments/ports/payment-changes.js';
import { createWalletQrService } from '../payments/refresh-wallet-qr/refresh-wallet-qr.service.js';
import { createPaymentWatcher } from '../payments/watch-payment/watch-payment.service.js';
import type { Store } from '../store/open-store.js';
import type { CompositionDeps } from './composition-deps.js';

/** From the claim to the request's headers: room for a new connection, far below every other deadline. */
export const SEND_WINDOW_MS = 5_000;

interface ServicesDeps {
  readonly store: Store;
  readonly changes: PaymentChanges;
  readonly provider: ClinkClient;
  readonly outcomeWriter: OutcomeWriter;
}

export type Services = GraphqlApiDeps['payments'];

export function createServices(deps: CompositionDeps, parts: ServicesDeps): Services {
  const { clock } = deps;
  const { store, changes } = parts;
  return {
    ...createLimitedPaymentService(deps, parts),
    ...createPaymentWatcher({ store: store.reads, changes, clock }),
    find: createPaymentFinder(store.reads),
    ...createWalletQrService({
      store: store.payments,
      reads: store.reads,
      orders: parts.provider,
      outcomeWriter: parts.outcomeWriter,
      rates: deps.config.limits.rates,
      clock,
      log: deps.operatorLog,
    }),
  };
}

function createLimitedPaymentService(deps: CompositionDeps, parts: ServicesDeps): PaymentService {
  const { config, clock, operatorLog: log } = deps;
  const service = createPaymentService({
    store: parts.store.payments,
    changes: parts.changes,
    provider: withChargeBreaker(parts.provider, { clock, log }),
    outcomeWriter: parts.outcomeWriter,
    inFlightWaitMs: config.payments.inFlightWaitMs,
    sendWindowMs: SEND_WINDOW_MS,
    rates: config.limits.rates,
    clock,
    log,
  });
  return withReplayLimit(service, { limiter: createConcurrencyLimiter(config.limits.replays), clock });
}
