import { withChargeBreaker } from '../clink/charge/charge-breaker.js';
import type { ClinkClient } from '../clink/clink-client.js';
import type { GraphqlApiDeps } from '../graphql/api.js';
import { createConcurrencyLimiter } from '../payments/access/per-caller.js';
import { createPaymentService } from '../payments/create-payment/create-payment.service.js';
import { withReplayLimit } from '../payments/create-payment/replay-limit.js';
import { createFindPayment } from '../payments/find-payments/find-payments.js';
import type { OutcomeWriter } from '../payments/outcome-writer/outcome-writer.js';
import type { PaymentChanges } from '../payments/ports/payment-store.js';
import { createRefreshWalletQr } from '../payments/refresh-wallet-qr/refresh-wallet-qr.service.js';
import { createWatchPayment } from '../payments/watch-payment/watch-payment.js';
import type { Store } from '../store/open-store.js';
import type { CompositionDeps } from './composition-deps.js';

/** From the claim to the request's headers: room for a new connection, far below every other deadline. */
export const SEND_WINDOW_MS = 5_000;

export interface ServicesDeps {
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
    createPayment: createCreatePayment(deps, parts),
    find: createFindPayment(store.reads),
    watch: createWatchPayment({ store: store.reads, changes, clock }),
    refreshWalletQr: createRefreshWalletQr({
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

function createCreatePayment(deps: CompositionDeps, parts: ServicesDeps): Services['createPayment'] {
  const { config, clock, operatorLog: log } = deps;
  const createPayment = createPaymentService({
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
  return withReplayLimit(createPayment, { limiter: createConcurrencyLimiter(config.limits.replays), clock });
}
