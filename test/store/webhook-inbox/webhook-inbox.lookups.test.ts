import type { DuePayment } from '../../../src/payments/ports/reconciliation-store.js';
import type { PaymentState } from '../../../src/payments/model/status.js';
import { claimedPayment, giveBack, newUpdate } from '../support/payments.fixture.js';
import { describeStore } from '../support/test-stores.js';
import { newEvent, newLookupEvent, newOrderId, readPayment } from '../support/webhook-inbox.fixture.js';

const NO_PAUSE = { firstMs: 0, longestMs: 0 };

describeStore('lookups that events ask for', (store) => {
  async function paymentIn(state: PaymentState): Promise<string> {
    const paymentId = await claimedPayment(store());
    await store().payments.record(paymentId, newUpdate({ state, fields: { orderId: newOrderId() } }));
    return paymentId;
  }

  async function lockDue(paymentId: string): Promise<DuePayment | undefined> {
    const options = {
      limit: 1_000,
      abandonedAfterMs: 0,
      leaseMs: 0,
      unknownPauses: NO_PAUSE,
      waitingPauses: NO_PAUSE,
      lateLookPauseMs: 0,
      sendWindowMs: 3_600_000,
      gatewayTimeMs: Date.now(),
    };
    return (await store().reconciliation.lockDue(options)).find(({ payment }) => payment.id === paymentId);
  }

  async function leased(paymentId: string): Promise<DuePayment> {
    const due = await lockDue(paymentId);
    if (due === undefined) throw new Error('the payment is not due');
    return due;
  }

  it.each(['UNKNOWN', 'PENDING', 'REQUIRES_ACTION', 'FAILED', 'SUCCEEDED', 'PARTIALLY_REFUNDED', 'REFUNDED'] as const)(
    'are due at once for a payment that is %s, and change nothing of it',
    async (state) => {
      const paymentId = await paymentIn(state);
      const before = await readPayment(store(), paymentId);

      expect(await store().inbox.receive(newLookupEvent(paymentId))).toBe('stored');

      expect(await lockDue(paymentId)).toMatchObject({ attempts: 1, askedAt: expect.any(String) });
      expect(await readPayment(store(), paymentId)).toEqual(before);
    },
  );

  it('come back until they are answered, and then the payment that has its outcome is left alone', async () => {
    const paymentId = await paymentIn('SUCCEEDED');
    await store().inbox.receive(newLookupEvent(paymentId));
    await leased(paymentId);
    const due = await leased(paymentId);

    await store().reconciliation.recordAnswered(due);

    expect(await lockDue(paymentId)).toBeUndefined();
  });

  it('leave a payment that waits for its outcome due by itself', async () => {
    const paymentId = await paymentIn('UNKNOWN');
    await store().inbox.receive(newLookupEvent(paymentId));

    await store().reconciliation.recordAnswered(await leased(paymentId));

    expect(await lockDue(paymentId)).toMatchObject({ askedAt: null });
  });

  it('outlive the outcome of the payment: a refund may arrive before the success', async () => {
    const paymentId = await paymentIn('PENDING');
    await store().inbox.receive(newLookupEvent(paymentId));

    await store().inbox.receive(newEvent({ match: { gatewayPaymentId: paymentId } }));

    expect(await lockDue(paymentId)).toMatchObject({ payment: { state: 'SUCCEEDED' }, askedAt: expect.any(String) });
  });

  it('outlive the answer to a lookup that was leased before them', async () => {
    const paymentId = await paymentIn('SUCCEEDED');
    await store().inbox.receive(newLookupEvent(paymentId));
    const due = await leased(paymentId);
    await store().inbox.receive(newLookupEvent(paymentId));

    await store().reconciliation.recordAnswered(due);
    await store().reconciliation.stopLooking(due);

    expect(await lockDue(paymentId)).toMatchObject({ askedAt: expect.any(String) });
  });

  it('are due for a payment that its sender gives back, until they are answered', async () => {
    const paymentId = await claimedPayment(store());
    await store().inbox.receive(newLookupEvent(paymentId));

    await giveBack(store(), paymentId);

    const due = await leased(paymentId);
    expect(due).toMatchObject({ payment: { state: 'RELEASED' } });
    await store().reconciliation.recordAnswered(due);
    expect(await lockDue(paymentId)).toBeUndefined();
  });

  it('leave a claim to its sender until he must have given up', async () => {
    const paymentId = await claimedPayment(store());

    await store().inbox.receive(newLookupEvent(paymentId));

    expect(await lockDue(paymentId)).toBeUndefined();
    expect(await readPayment(store(), paymentId)).toMatchObject({ state: 'PROCESSING', epoch: 1 });
  });

  it('wait with their event until the payment is found', async () => {
    const [paymentId, orderId] = [await claimedPayment(store()), newOrderId()];
    expect(await store().inbox.receive(newEvent({ match: { orderId }, update: null, asksLookup: true }))).toBe(
      'waiting',
    );

    await store().payments.record(paymentId, newUpdate({ fields: { orderId } }));

    expect(await lockDue(paymentId)).toMatchObject({ payment: { state: 'SUCCEEDED' } });
  });

  it('come together with updates', async () => {
    const paymentId = await claimedPayment(store());

    await store().inbox.receive(newEvent({ match: { gatewayPaymentId: paymentId }, asksLookup: true }));

    expect(await lockDue(paymentId)).toMatchObject({ payment: { state: 'SUCCEEDED' } });
  });
});
