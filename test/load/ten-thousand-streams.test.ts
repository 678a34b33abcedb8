import { readFileSync } from 'node:fs';
import type { Payment } from '../../src/payments/model/payment.js';
import { openStore, type Store } from '../../src/store/open-store.js';
import { GatewayProcess } from '../support/gateway/gateway-process.js';
import { serverOptions } from '../store/support/test-store-options.js';
import { usePostgres } from '../store/support/test-stores.js';
import { record, waitingPayment } from '../http/subscriptions/read-only-replica.fixture.js';
import { FollowingClient } from '../http/subscriptions/following-client.js';

const SUBSCRIPTIONS = 10_000;
const PAYMENTS = 2_000;
/** What the rest of the machine can open at a time without falling behind. */
const AT_ONCE = 100;
/** Socket, subscription and buffers together: more would be a leak, not a cost. */
const MAX_BYTES_EACH = 100 * 1024;

const postgres = usePostgres();

it(`${SUBSCRIPTIONS} subscriptions on one replica get their updates, and miss none when it is killed`, async () => {
  const databaseUrl = await postgres().createDatabase();
  const store = await openStore(serverOptions(databaseUrl));
  const [first, second] = [newGateway(databaseUrl), newGateway(databaseUrl)];
  await first.start();
  await second.start();
  const payments = await makePayments(store);
  let current = first.url;

  const idleBytes = residentBytes(first.pid);
  const clients = Array.from(
    { length: SUBSCRIPTIONS },
    (_none, index) => new FollowingClient(() => current, payments[index % PAYMENTS]?.id ?? ''),
  );
  await inBatches(clients, (client) => client.open());
  const bytesEach = Math.round((residentBytes(first.pid) - idleBytes) / SUBSCRIPTIONS);
  process.stdout.write(`${SUBSCRIPTIONS} subscriptions, each on a WebSocket of its own: ${bytesEach} bytes each\n`);
  expect(bytesEach).toBeLessThan(MAX_BYTES_EACH);

  const [early, during, late] = [payments.slice(0, 50), payments.slice(50, 250), payments.slice(250)];
  await succeed(store, early);
  await allToldOf(clients, early);

  current = second.url;
  await first.kill('SIGKILL');
  await succeed(store, during);
  await allToldOf(clients, during);

  await succeed(store, late);
  await allToldOf(clients, late);
  expect(clients.map(({ statuses }) => statuses.at(-1)).filter((status) => status !== 'SUCCEEDED')).toEqual([]);

  await second.kill('SIGTERM');
  await store.close();
}, 600_000);

/** A replica without a provider: the payments are in the database already. */
function newGateway(databaseUrl: string): GatewayProcess {
  const provider = { CLINK_API_KEY: 'sk_test_none', CLINK_BASE_URL: 'http://127.0.0.1:9/api/' };
  return new GatewayProcess({
    env: {
      ...{ ...provider, CLINK_WEBHOOK_SECRETS: 'whsec_none', DATABASE_URL: databaseUrl },
      // That it is late with so many sockets counts.
      ...{ RECONCILE_INTERVAL_MS: '600000', MAX_EVENT_LOOP_DELAY_MS: undefined },
    },
  });
}

async function makePayments(store: Store): Promise<Payment[]> {
  return inBatches(Array.from({ length: PAYMENTS }), () => waitingPayment({ store }));
}

async function succeed(store: Store, payments: readonly Payment[]): Promise<void> {
  await inBatches(payments, ({ id }) => record({ store }, id, { state: 'SUCCEEDED' }));
}

async function allToldOf(clients: readonly FollowingClient[], payments: readonly Payment[]): Promise<void> {
  const ids = new Set(payments.map(({ id }) => id));
  await Promise.all(clients.filter(({ paymentId }) => ids.has(paymentId)).map(({ completed }) => completed));
}

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE)
    results.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(work))));
  return results;
}

function residentBytes(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}
