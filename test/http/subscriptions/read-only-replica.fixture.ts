import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { createPaymentChanges } from '../../../src/events/payment-changes.js';
import { createGraphqlApi, type GraphqlApiDeps } from '../../../src/graphql/api.js';
import { HttpError } from '../../../src/http/transport/http-error.js';
import { createHttpServer } from '../../../src/http/server.js';
import { LOCAL_CALLER, type Caller } from '../../../src/payments/access/caller.js';
import { createPaymentFinder } from '../../../src/payments/find-payments/find-payments.service.js';
import type { Payment } from '../../../src/payments/model/payment.js';
import type { PaymentUpdate } from '../../../src/payments/ports/payment-update.js';
import { createPaymentWatcher } from '../../../src/payments/watch-payment/watch-payment.service.js';
import { systemClock } from '../../../src/shared/clock.js';
import { createLog } from '../../../src/shared/log/log.js';
import { openStore, type Store } from '../../../src/store/open-store.js';
import { searchedOutput } from '../../support/output-search.js';
import { claim, newClaim, newUpdate } from '../../store/support/payments.fixture.js';
import { serverOptions } from '../../store/support/test-store-options.js';
import { httpServerDeps, type HttpServerOptions } from '../http-server.options.js';

/** A gateway's HTTP, GraphQL, events and store without a provider: payments are claimed and recorded by the test. */
export interface ReadOnlyReplica {
  readonly url: string;
  readonly webSocketUrl: string;
  readonly port: number;
  readonly store: Store;
  /** Every line logged, parsed. */
  readonly logLines: Record<string, unknown>[];
  close(): Promise<void>;
}

export interface ReadOnlyReplicaOptions {
  readonly databaseUrl: string;
  readonly http?: HttpServerOptions;
  readonly api?: Partial<GraphqlApiDeps>;
}

export async function startReadOnlyReplica({
  databaseUrl,
  http,
  api: apiDeps,
}: ReadOnlyReplicaOptions): Promise<ReadOnlyReplica> {
  const logLines: Record<string, unknown>[] = [];
  const log = createLog(
    'debug',
    searchedOutput((line) => logLines.push(JSON.parse(line) as Record<string, unknown>)),
  );
  const clock = systemClock;
  const store = await openStore({ ...serverOptions(databaseUrl), log });
  const changes = createPaymentChanges({ source: store.changes, clock, log });
  const api = createGraphqlApi({
    payments: {
      createPayment: () => Promise.reject(new Error('no payment is made through this replica')),
      refreshWalletQr: () => Promise.reject(new Error('no QR code is renewed through this replica')),
      find: createPaymentFinder(store.reads),
      ...createPaymentWatcher({ store: store.reads, changes, clock }),
    },
    introspection: true,
    returnUrlOrigins: [],
    returnUrlSchemes: [],
    clock,
    log,
    ...apiDeps,
  });
  const server = createHttpServer(httpServerDeps({ api, log }, { authenticate, ...http }));
  const { url } = await server.listen();
  return {
    url,
    webSocketUrl: `${url.replace('http', 'ws')}/graphql`,
    port: Number(new URL(url).port),
    store,
    logLines,
    close: async () => {
      await server.close();
      await changes.close();
      await store.close();
    },
  };
}

/** Without credentials it is the local caller, with `Bearer somebody` another; other credentials are refused. */
export function authenticate({ authorization }: IncomingHttpHeaders): Promise<Caller> {
  if (authorization === undefined) return Promise.resolve(LOCAL_CALLER);
  if (authorization === 'Bearer somebody') return Promise.resolve({ ...LOCAL_CALLER, scope: 'somebody' });
  return Promise.reject(new HttpError({ status: 401, code: 'UNAUTHENTICATED', message: 'Bad credentials.' }));
}

/** A payment of the local caller that waits for its payer. */
export async function waitingPayment({ store }: Pick<ReadOnlyReplica, 'store'>): Promise<Payment> {
  const { payment } = await claim(store, newClaim({ idempotencyKey: `watched-${randomUUID()}` }));
  return store.payments.record(payment.id, newUpdate({ state: 'PENDING', fields: { orderId: `order_${payment.id}` } }));
}

/** Tells the store some update of a payment. */
export function record(
  { store }: Pick<ReadOnlyReplica, 'store'>,
  paymentId: string,
  update: Partial<PaymentUpdate>,
): Promise<Payment> {
  return store.payments.record(paymentId, newUpdate(update));
}

export const WATCH = 'subscription Watch($id: ID!) { paymentUpdated(id: $id) { id status terminal } }';
