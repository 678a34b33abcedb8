import { createReconciler } from '../../../src/payments/reconcile/reconciler.js';
import type { Payment } from '../../../src/payments/model/payment.js';
import type { PaymentState } from '../../../src/payments/model/status.js';
import { systemClock, type Clock } from '../../../src/shared/clock.js';
import { openStore, type Store } from '../../../src/store/open-store.js';
import { answerJson, startFakeClink, type FakeClink } from '../../clink/support/fake-clink.js';
import { createTestClient, type TestClient } from '../../clink/support/test-client.js';
import { claimedPayment, newUpdate } from '../../store/support/payments.fixture.js';
import { serverOptions } from '../../store/support/test-store-options.js';
import { usePostgres } from '../../store/support/test-stores.js';
import { newLookupEvent, newOrderId, readPayment } from '../../store/support/webhook-inbox.fixture.js';

const DAY_MS = 86_400_000;

/** A provider whose orders have the status that the test says. */
const statuses = new Map<string, string>();
const paymentTimes = new Map<string, number>();
let provider: FakeClink;
let orders: TestClient;
let store: Store;
let databaseUrl: string;
const server = usePostgres();

beforeAll(async () => {
  provider = await startFakeClink((response, { url }) => {
    const reference = new URL(url, 'http://clink').searchParams.get('merchantReferenceId');
    if (reference !== null) {
      void listOrders(reference).then((rows) => {
        answerJson(response, { code: 200, total: rows.length, rows });
      });
      return;
    }
    void answerOnce(url.replace(/^.*\//, ''), (status, orderId) => {
      answerJson(response, { code: 200, data: { orderId, status, paymentTime: paymentTimes.get(orderId) } });
    });
  });
  databaseUrl = await server().createDatabase();
  store = await openStore(serverOptions(databaseUrl));
}, 120_000);
beforeEach(() => {
  orders = createTestClient({ baseUrl: provider.baseUrl, clock: systemClock });
});
afterAll(async () => {
  await store.close();
  await provider.close();
});

/** The order does not answer until it has another status. */
const SILENT = 'silent';

async function answerOnce(orderId: string, answer: (status: string, orderId: string) => void): Promise<void> {
  await waitUntil(() => Promise.resolve(statuses.get(orderId) !== SILENT));
  answer(statuses.get(orderId) ?? 'pending', orderId);
}

async function listOrders(reference: string): Promise<object[]> {
  const { orderId } = await readPayment(store, reference);
  return orderId === null ? [] : [{ orderId, merchantReferenceId: reference, status: 'pending' }];
}

/** A window that was over so long ago that its sender must have given up. */
const TOO_LATE_MS = -10_000;

/** An event makes any payment due at once. */
async function lookUp(paymentId: string, clock: Clock = systemClock): Promise<Payment> {
  await store.inbox.receive(newLookupEvent(paymentId));
  await runReconciler(clock);
  return readPayment(store, paymentId);
}

async function runReconciler(clock: Clock = systemClock): Promise<void> {
  const log = { info: () => undefined, alarm: (event: string, details: object) => alarms.push({ event, ...details }) };
  const options = { firstPauseMs: 10, providerTimeoutMs: 5_000, graceMs: 0, sendWindowMs: 600_000 };
  const reconciler = createReconciler({
    ...{ store: store.payments, reconciliation: store.reconciliation, orders, clock, log, options },
  });
  await reconciler.run(new AbortController().signal);
}

/** Lets all pauses be over; what is never looked at again stays so. */
async function endPauses(): Promise<void> {
  await server().sql(databaseUrl, 'UPDATE payments SET reconcile_after = now() WHERE reconcile_after IS NOT NULL');
}

async function countLookups(orderId: string, rounds: number): Promise<number> {
  for (let round = 0; round < rounds; round++) {
    await endPauses();
    await runReconciler();
  }
  return provider.requests.filter(({ url }) => url.endsWith(`/${orderId}`)).length;
}

const alarms: object[] = [];
beforeEach(() => {
  alarms.length = 0;
});

async function paymentIn(state: PaymentState, status: string): Promise<{ paymentId: string; orderId: string }> {
  const [paymentId, orderId] = [await claimedPayment(store), newOrderId()];
  await store.payments.record(paymentId, newUpdate({ state, fields: { orderId }, providerTimeMs: 1 }));
  statuses.set(orderId, status);
  return { paymentId, orderId };
}

const statusesFrom = ({ timeline }: Payment, source: string): string[] =>
  timeline.flatMap((event) => (event.source === source ? [event.status] : []));

describe('the reconciler', () => {
  it('records each change between waiting statuses as an event of its own', async () => {
    const { paymentId, orderId } = await paymentIn('PENDING', 'pending');
    const seen: string[] = [];
    for (const status of ['requires_action', 'pending', 'requires_action', 'pending']) {
      statuses.set(orderId, status);
      seen.push((await lookUp(paymentId)).state);
    }

    expect(seen).toEqual(['REQUIRES_ACTION', 'PENDING', 'REQUIRES_ACTION', 'PENDING']);
    const payment = await readPayment(store, paymentId);
    expect(statusesFrom(payment, 'RECONCILIATION').filter((status) => status === 'PENDING')).toHaveLength(2);
  });

  it('keeps asking for what an event spoke of until the order shows it', async () => {
    const { paymentId, orderId } = await paymentIn('SUCCEEDED', 'success');
    expect((await lookUp(paymentId)).state).toBe('SUCCEEDED');
    expect(await countLookups(orderId, 2)).toBe(3);

    statuses.set(orderId, 'refunded');
    expect(await countLookups(orderId, 3)).toBe(4);

    expect(await readPayment(store, paymentId)).toMatchObject({ state: 'REFUNDED' });
  });

  it('asks for it eight times at most', async () => {
    const { paymentId, orderId } = await paymentIn('SUCCEEDED', 'success');
    await lookUp(paymentId);

    expect(await countLookups(orderId, 10)).toBe(8);
  });

  it.each([
    ['it concluded', 'FAILED_INFERRED'],
    ['the provider said', 'FAILED'],
  ] as const)('alarms where a payment that %s to have failed has been charged', async (_case, state) => {
    const { paymentId, orderId } = await paymentIn(state, 'success');

    expect((await lookUp(paymentId)).state).toBe('SUCCEEDED');

    const flagged = { event: 'payment.flagged', paymentId, reason: 'FOUND_AFTER_FAILURE', orderIds: orderId };
    expect(alarms).toEqual([flagged]);
  });

  it('adopts orders with the longest ids that a provider may give', async () => {
    const [paymentId, orderId] = [await claimedPayment(store), 'o'.repeat(255)];
    await store.payments.record(paymentId, newUpdate({ state: 'FAILED_INFERRED', fields: { orderId } }));
    statuses.set(orderId, 'requires_action');

    expect((await lookUp(paymentId)).state).toBe('REQUIRES_ACTION');
  });

  it('believes no order that says when it will be paid', async () => {
    const { paymentId, orderId } = await paymentIn('PENDING', 'success');
    paymentTimes.set(orderId, 1_000 * Date.now());

    const { providerTimeMs, updatedAtMs } = await lookUp(paymentId);

    expect(providerTimeMs).toBeLessThanOrEqual(updatedAtMs);
  });

  it('looks late at a payment that it concluded to have failed twice, then no more', async () => {
    const { orderId } = await paymentIn('FAILED_INFERRED', 'of a kind that nobody knows');

    expect(await countLookups(orderId, 4)).toBe(2);

    expect(alarms).toEqual([]);
  });

  it('gives up after a week by both clocks, and never on a payment that the very lookup gives an outcome', async () => {
    const inAWeek: Clock = { ...systemClock, now: () => systemClock.now() + 8 * DAY_MS };
    const { paymentId: waiting, orderId } = await paymentIn('PENDING', 'pending');
    const { paymentId: paid } = await paymentIn('PENDING', 'success');
    await lookUp(waiting, inAWeek);
    expect(alarms).toEqual([]);

    const both = `id IN ('${waiting}', '${paid}')`;
    await server().sql(databaseUrl, `UPDATE payments SET send_before = now() - interval '8 days' WHERE ${both}`);
    await lookUp(waiting);
    await lookUp(paid);

    const flagged = { event: 'payment.flagged', paymentId: waiting, reason: 'NO_OUTCOME_IN_TIME', orderIds: orderId };
    expect(alarms).toEqual([flagged]);
  });

  describe('of an action that has not come', () => {
    async function eventOnly(sendWindowMs: number, paymentMethodType: 'CARD' | 'CASHAPP' = 'CARD') {
      const [paymentId, orderId] = [await claimedPayment(store, { sendWindowMs, paymentMethodType }), newOrderId()];
      const fields = { orderId };
      await store.payments.record(paymentId, newUpdate({ state: 'REQUIRES_ACTION', source: 'WEBHOOK', fields }));
      statuses.set(orderId, 'requires_action');
      return paymentId;
    }

    it('says nothing as long as the answer may bring it', async () => {
      const before = provider.requests.length;
      const payments = [await lookUp(await eventOnly(600_000)), await lookUp(await eventOnly(600_000, 'CASHAPP'))];

      for (const payment of payments) expect(payment).toMatchObject({ state: 'REQUIRES_ACTION', failure: null });
      expect(new Set(provider.requests.slice(before).map(({ method }) => method))).toEqual(new Set(['GET']));
    });

    it.each([
      ['the answer says nothing of it', 1_000, { state: 'UNKNOWN' }],
      ['nobody answers in time', TOO_LATE_MS, { state: 'REQUIRES_ACTION', source: 'WEBHOOK' }],
      ['the database’s clock was ahead at the claim', 3_600_000, { state: 'REQUIRES_ACTION', source: 'WEBHOOK' }],
    ] as const)('says that it got lost where %s', async (_case, sendWindowMs, update) => {
      const paymentId = await eventOnly(sendWindowMs);
      await store.payments.record(paymentId, newUpdate(update));

      expect(await lookUp(paymentId)).toMatchObject({ failure: { code: 'ACTION_LOST' } });
    });
  });

  it('keeps its lease up as long as a lookup takes', async () => {
    const { paymentId, orderId } = await paymentIn('PENDING', SILENT);
    const isLeased = async (): Promise<boolean> => {
      const sql = `SELECT reconcile_after > now() AS leased FROM payments WHERE id = '${paymentId}'`;
      const [row] = await server().sql(databaseUrl, sql);
      return row?.leased === true;
    };
    const running = lookUp(paymentId, impatient);
    await waitUntil(() => Promise.resolve(provider.requests.some(({ url }) => url.endsWith(`/${orderId}`))));

    await endPauses();

    await waitUntil(isLeased);
    statuses.set(orderId, 'success');
    expect((await running).state).toBe('SUCCEEDED');
  });
});

/** Half of any lease is over in a moment. */
const impatient: Clock = {
  ...systemClock,
  sleep: (durationMs, signal) => systemClock.sleep(durationMs / 100, signal),
};

async function waitUntil(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await systemClock.sleep(20);
}
