import { readFileSync } from 'node:fs';
import { createInboxSweeper } from '../../../src/jobs/inbox-sweeper.js';
import type { OperatorLog } from '../../../src/payments/ports/operator-log.js';
import { recordUpdate } from '../../../src/payments/outcome-writer/record-update.js';
import { paymentIdOf } from '../../../src/shared/ids.js';
import { systemClock } from '../../../src/shared/clock.js';
import { openStore, type Store } from '../../../src/store/open-store.js';
import { claim, newClaim, newUpdate, ofLocal } from '../support/payments.fixture.js';
import { serverOptions } from '../support/test-store-options.js';
import { usePostgres } from '../support/test-stores.js';
import { newEvent, newOrderId } from '../support/webhook-inbox.fixture.js';

describe('rows that the database has lost', () => {
  const server = usePostgres();
  let databaseUrl: string;
  let store: Store;
  const alarms: object[] = [];
  const log: OperatorLog = {
    info: () => undefined,
    alarm: (event, details) => void alarms.push({ event, ...details }),
  };
  beforeAll(async () => {
    databaseUrl = await server().createDatabase();
    store = await openStore(serverOptions(databaseUrl));
  });
  beforeEach(() => alarms.splice(0));
  afterAll(() => store.close());

  /** What a failover to a standby that lags does to a payment. */
  async function lose(paymentId: string): Promise<void> {
    await server().sql(databaseUrl, `DELETE FROM payment_events WHERE payment_id = '${paymentId}'`);
    await server().sql(databaseUrl, `DELETE FROM payments WHERE id = '${paymentId}'`);
  }
  const read = async (paymentId: string) => (await store.payments.findByIds(ofLocal([paymentId])))[0];
  const flagOf = async (paymentId: string) =>
    (await store.reconciliation.listFlagged()).find(({ payment }) => payment.id === paymentId);
  async function claimed(fields: Parameters<typeof newClaim>[0] = {}) {
    const { payment } = await claim(store, newClaim(fields));
    return payment;
  }

  it('are written again by the outcome of a gateway that lives on, with an alarm', async () => {
    const payment = await claimed({ metadata: [{ key: 'cart', value: '7' }], productId: 'prd_1' });
    await lose(payment.id);
    const orderId = newOrderId();

    const recorded = await recordUpdate(payment, newUpdate({ fields: { orderId } }), { store: store.payments, log });

    const { id, scope, idempotencyKey, fingerprint, metadata, requested, createdAtMs, claimId, productId } = payment;
    expect(recorded).toMatchObject({
      id,
      scope,
      idempotencyKey,
      fingerprint,
      metadata,
      requested,
      createdAtMs,
      claimId,
      productId,
      state: 'SUCCEEDED',
      orderId,
    });
    expect(recorded.timeline.map(({ status, detail }) => [status, detail])).toContainEqual([
      'PROCESSING',
      'The database had lost this payment. The gateway wrote it again.',
    ]);
    expect(await read(payment.id)).toEqual(recorded);
    expect(alarms).toEqual([{ event: 'payment.row-lost', paymentId: payment.id, state: 'SUCCEEDED' }]);
    const repeated = await store.payments.claim(newClaim({ idempotencyKey: idempotencyKey ?? '' }));
    expect(repeated.kind).toBe('taken');
  });

  it('whose key was claimed again meanwhile keep both orders, flagged', async () => {
    const first = await claimed();
    await lose(first.id);
    const again = await claimed({ idempotencyKey: first.idempotencyKey ?? '' });
    const [one, two] = [newOrderId(), newOrderId()].sort();
    const deps = { store: store.payments, log };

    await recordUpdate(again, newUpdate({ dedupeKey: `answer:${again.claimId}`, fields: { orderId: two } }), deps);
    await recordUpdate(first, newUpdate({ dedupeKey: `answer:${first.claimId}`, fields: { orderId: one } }), deps);

    expect(again.id).toBe(first.id);
    expect(await flagOf(first.id)).toMatchObject({
      reason: 'SEVERAL_ORDERS',
      otherOrderIds: [two],
      payment: { orderId: one, timeline: [{}, {}, {}] },
    });
  });

  it('are found by the query of docs/failover.md, as are orders that their payments lost or do not show', async () => {
    const [known, unanswered, again, lost] = [await claimed(), await claimed(), await claimed(), await claimed()];
    const [knownOrder, secondOrder] = [newOrderId(), newOrderId()];
    await store.payments.record(known.id, newUpdate({ fields: { orderId: knownOrder } }));
    await store.payments.record(again.id, newUpdate({ fields: { orderId: secondOrder } }));
    await lose(lost.id);
    const listed = [known, unanswered, again, lost].map(({ id }) => [id === known.id ? knownOrder : newOrderId(), id]);
    const values = listed.map(([orderId, id]) => `('${orderId}', '${id}')`).join(', ');
    const [, query = ''] = /```sql\n(.*?)```/s.exec(readFileSync('docs/failover.md', 'utf8')) ?? [];

    const rows = await server().sql(databaseUrl, query.replace(/VALUES .*(?=\) AS)/, `VALUES ${values}`));

    const answer = (at: number, has_payment: boolean, has_order: string | null) => {
      const [order_id, payment_id] = listed[at] ?? [];
      return { order_id, payment_id, has_payment, has_order };
    };
    expect(rows).toHaveLength(3);
    expect(rows).toEqual(
      expect.arrayContaining([answer(1, true, null), answer(2, true, secondOrder), answer(3, false, null)]),
    );
  });

  it('are not released by a sender of before, whose epoch the new claim has again', async () => {
    const first = await claimed();
    await lose(first.id);
    const again = await claimed({ idempotencyKey: first.idempotencyKey ?? '' });
    expect(again.epoch).toBe(first.epoch);

    await store.payments.release(first.id, {
      claimId: first.claimId,
      eventId: newUpdate().eventId,
      detail: 'Not sent.',
    });

    expect(await read(first.id)).toMatchObject({ state: 'PROCESSING', claimId: again.claimId });
  });

  it('are not claimed as new where an event of the provider tells of them already', async () => {
    const lost = newClaim();
    const match = { orderId: newOrderId(), gatewayPaymentId: lost.id };
    await store.inbox.receive(newEvent({ receivedAtMs: systemClock.now(), match }));

    expect(await store.payments.claim(lost)).toMatchObject({ kind: 'claimed', hasProviderEvent: true });
    expect(await store.payments.claim(lost)).toMatchObject({ kind: 'claimed', hasProviderEvent: true });
    expect(await store.payments.claim(newClaim())).toMatchObject({ kind: 'claimed', hasProviderEvent: false });
  });

  it('show by an event that names an unknown payment of a gateway: an alarm, once', async () => {
    const paymentId = paymentIdOf('local', 'a key that a failover lost');
    const orderId = newOrderId();
    const waitedMs = systemClock.now() - 25_000;
    const event = newEvent({ receivedAtMs: waitedMs, match: { orderId, gatewayPaymentId: paymentId } });
    const foreign = newEvent({ receivedAtMs: waitedMs, match: { orderId: newOrderId(), gatewayPaymentId: 'another' } });
    const fresh = newEvent({
      receivedAtMs: systemClock.now(),
      match: { orderId: newOrderId(), gatewayPaymentId: paymentIdOf('local', 'another') },
    });
    for (const one of [event, foreign, fresh]) await store.inbox.receive(one);

    for (let run = 0; run < 2; run++) await sweepOnce();

    expect(alarms).toEqual([{ event: 'webhook.unknown-payment', eventId: event.id, paymentId, orderId }]);
  });

  async function sweepOnce(): Promise<void> {
    let paused: () => void = () => undefined;
    const done = new Promise<void>((resolve) => (paused = resolve));
    const clock = {
      ...systemClock,
      sleep: () => {
        paused();
        return Promise.resolve();
      },
    };
    const sweeper = createInboxSweeper({ inbox: store.inbox, clock, log, intervalMs: 1 });
    sweeper.start();
    await done;
    await sweeper.close();
  }
});
