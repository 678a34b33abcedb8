import fc from 'fast-check';
import { StoreUnavailableError } from '../../../src/payments/model/errors.js';
import { newId } from '../../../src/shared/ids.js';
import { systemClock } from '../../../src/shared/clock.js';
import { openStore, type Store } from '../../../src/store/open-store.js';
import { SqlPaymentStore } from '../../../src/store/payments/payment.store.js';
import { createPgDatabase, DEFAULT_POOL } from '../../../src/store/database/pg.database.js';
import { claimedPayment, newUpdate, SOME_TIME_MS } from '../support/payments.fixture.js';
import { serverOptions, silentLog } from '../support/test-store-options.js';
import { useOwnPostgres } from '../support/test-stores.js';
import { newEvent, newOrderId, readPayment, webhookStatuses } from '../support/webhook-inbox.fixture.js';

const OWN_REFERENCE = { merchantReferenceId: 'cart-7', referenceIsOurs: false };

describe('the inbox on a PostgreSQL server', () => {
  const server = useOwnPostgres();
  let databaseUrl: string;
  let stores: readonly [Store, Store];
  beforeAll(async () => {
    databaseUrl = await server().createDatabase();
    stores = [await openStore(serverOptions(databaseUrl)), await openStore(serverOptions(databaseUrl))];
  });
  afterAll(() => Promise.all(stores.map((store) => store.close())));

  it('misses no event that arrives at the moment at which its payment learns its order', async () => {
    const [one, other] = stores;
    for (let round = 0; round < 300; round++) {
      const [paymentId, orderId] = [await claimedPayment(one, OWN_REFERENCE), newOrderId()];
      const created = newUpdate({ state: 'PENDING', source: 'WEBHOOK', fields: { orderId } });

      await Promise.all([
        one.payments.record(paymentId, newUpdate({ state: 'REQUIRES_ACTION', fields: { orderId } })),
        other.inbox.receive(newEvent({ match: { orderId } })),
        one.inbox.receive(newEvent({ match: { orderId }, update: created })),
      ]);

      const payment = await readPayment(one, paymentId);
      expect(payment.state).toBe('SUCCEEDED');
      expect(webhookStatuses(payment)).toEqual(['PENDING', 'SUCCEEDED']);
    }
    expect(await one.inbox.sweep()).toBe(0);
  });

  it('misses no event that arrives at the moment at which another tells the order of its payment', async () => {
    const [one, other] = stores;
    for (let round = 0; round < 150; round++) {
      const [paymentId, orderId] = [await claimedPayment(one), newOrderId()];
      const created = newUpdate({ state: 'PENDING', source: 'WEBHOOK', fields: { orderId } });

      await Promise.all([
        one.inbox.receive(newEvent({ match: { orderId } })),
        other.inbox.receive(newEvent({ match: { orderId, gatewayPaymentId: paymentId }, update: created })),
      ]);

      expect(webhookStatuses(await readPayment(one, paymentId))).toEqual(['PENDING', 'SUCCEEDED']);
    }
    expect(await one.inbox.sweep()).toBe(0);
  });

  it('takes one of many deliveries of an event at the same moment', async () => {
    const paymentId = await claimedPayment(stores[0]);
    const event = newEvent({ match: { gatewayPaymentId: paymentId } });

    const receipts = await Promise.all(
      Array.from({ length: 16 }, (_, index) => stores[index % 2 ? 0 : 1].inbox.receive(event)),
    );

    expect(receipts.filter((receipt) => receipt !== 'duplicate')).toEqual(['stored']);
    expect(webhookStatuses(await readPayment(stores[0], paymentId))).toEqual(['SUCCEEDED']);
  });

  it('keeps both of two orders that arrive at the same moment, and shows the smaller', async () => {
    for (let round = 0; round < 50; round++) {
      const paymentId = await claimedPayment(stores[0]);
      const orderIds = [newOrderId(), newOrderId()];
      const events = orderIds.map((orderId) =>
        newEvent({ match: { orderId, gatewayPaymentId: paymentId }, update: newUpdate({ fields: { orderId } }) }),
      );

      const receipts = await Promise.all(
        events.map((event, index) => stores[index === 0 ? 0 : 1].inbox.receive(event)),
      );

      expect(receipts).toEqual(['stored', 'stored']);
      const flagged = await stores[0].reconciliation.listFlagged();
      const { payment, otherOrderIds } = flagged.find((one) => one.payment.id === paymentId) ?? {};
      expect([payment?.orderId, ...(otherOrderIds ?? [])]).toEqual(orderIds.sort());
    }
  });

  it('ends in the same payment however events come, three times each, among the answer and the sweeps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat(1_000_000)), async (lots) => {
        const [paymentId, orderId] = [await claimedPayment(stores[0]), newOrderId()];
        const answer = newUpdate({ state: 'REQUIRES_ACTION', dedupeKey: 'answer:1', fields: { orderId } });
        const named = { orderId, gatewayPaymentId: paymentId };
        const toUpdate = (state: 'PENDING' | 'SUCCEEDED') =>
          newUpdate({ state, source: 'WEBHOOK', fields: { orderId } });
        const events = [
          newEvent({ match: { orderId }, update: toUpdate('PENDING') }),
          newEvent({
            match: named,
            update: newUpdate({ state: 'REQUIRES_ACTION', source: 'WEBHOOK', fields: { orderId } }),
          }),
          newEvent({ match: { orderId }, update: toUpdate('SUCCEEDED') }),
        ];
        const steps = [
          ...[...events, ...events, ...events].map((event) => (store: Store) => store.inbox.receive(event)),
          ...[1, 2].map(
            () => (store: Store) =>
              store.payments.record(paymentId, { ...answer, eventId: newId('event', SOME_TIME_MS) }),
          ),
          (store: Store) => store.inbox.sweep(),
        ];
        const shuffled = steps
          .map((step) => ({ step, lot: Number(lots.next().value) }))
          .sort((first, second) => first.lot - second.lot);

        await Promise.all(shuffled.map(({ step }, index) => step(stores[index % 2 ? 1 : 0])));

        const payment = await readPayment(stores[0], paymentId);
        expect(payment).toMatchObject({ state: 'SUCCEEDED', orderId });
        expect(webhookStatuses(payment)).toEqual(['PENDING', 'REQUIRES_ACTION', 'SUCCEEDED']);
        expect(payment.timeline).toHaveLength(5);
      }),
      { numRuns: 60 },
    );
  });

  it('gives each waiting event to its payment once, however many sweep', async () => {
    const database = createPgDatabase({ databaseUrl, pool: DEFAULT_POOL, clock: systemClock, log: silentLog });
    const dying = new SqlPaymentStore({
      database,
      clock: systemClock,
      inbox: { giveOrder: () => Promise.resolve([]) },
    });
    const paymentIds: string[] = [];
    for (let count = 0; count < 40; count++) {
      const [paymentId, orderId] = [await claimedPayment(stores[0]), newOrderId()];
      await stores[0].inbox.receive(newEvent({ match: { orderId } }));
      await dying.record(paymentId, newUpdate({ state: 'PENDING', fields: { orderId } }));
      paymentIds.push(paymentId);
    }

    const swept = await Promise.all(Array.from({ length: 6 }, (_, index) => stores[index % 2 ? 0 : 1].inbox.sweep()));
    swept.push(await stores[0].inbox.sweep());

    expect(swept.reduce((sum, count) => sum + count)).toBe(40);
    for (const paymentId of paymentIds)
      expect(webhookStatuses(await readPayment(stores[0], paymentId))).toEqual(['SUCCEEDED']);
    await database.close();
  });

  it('writes nothing down while the database is gone, and everything when the event comes again', async () => {
    const paymentId = await claimedPayment(stores[0]);
    const event = newEvent({ match: { gatewayPaymentId: paymentId } });
    await server().stop('immediate');

    await expect(stores[0].inbox.receive(event)).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(stores[0].inbox.sweep()).rejects.toBeInstanceOf(StoreUnavailableError);

    await server().start();
    expect(await stores[0].inbox.receive(event)).toBe('stored');
    expect(webhookStatuses(await readPayment(stores[0], paymentId))).toEqual(['SUCCEEDED']);
  });
});
