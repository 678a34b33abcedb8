import type { PaymentFailure } from '../../../src/payments/model/payment.js';
import type { CleanLookupOptions, DuePayment } from '../../../src/payments/ports/reconciliation-store.js';
import { claimedPayment, newClaim, newUpdate } from '../support/payments.fixture.js';
import { describeStore } from '../support/test-stores.js';
import { newEvent, newOrderId, readPayment } from '../support/webhook-inbox.fixture.js';

const DECLINED: PaymentFailure = { code: 'card_declined', message: 'No.', retry: 'USE_NEW_KEY' };

describeStore('a second order of a payment', (store) => {
  it('that an event brings is not lost: a charge beside a declined order is a charge, and both are named', async () => {
    const paymentId = await claimedPayment(store());
    const [declined, charged] = [newOrderId(), newOrderId()];
    await store().payments.record(
      paymentId,
      newUpdate({ state: 'FAILED', fields: { orderId: declined, failure: DECLINED } }),
    );
    const match = { orderId: charged, gatewayPaymentId: paymentId };

    await store().inbox.receive(newEvent({ match, update: newUpdate({ fields: { orderId: charged } }) }));

    expect(await readPayment(store(), paymentId)).toMatchObject({ state: 'SUCCEEDED', failure: null });
    const unalarmed = await store().reconciliation.listUnalarmed();
    const flagged = unalarmed.find(({ payment }) => payment.id === paymentId);
    expect(flagged?.reason).toBe('SEVERAL_ORDERS');
    expect([flagged?.payment.orderId, ...(flagged?.otherOrderIds ?? [])].sort()).toEqual([declined, charged].sort());
  });
});

describeStore('an order that is taken away', (store) => {
  it('takes the outcome with it that it brought', async () => {
    const [wrong, right] = [await claimedPayment(store()), await claimedPayment(store())];
    const orderId = newOrderId();
    const declined = { state: 'FAILED', fields: { orderId, failure: DECLINED } } as const;
    await store().payments.record(wrong, newUpdate(declined));

    await store().payments.record(right, newUpdate({ ...declined, provesOrder: true }));

    expect(await readPayment(store(), wrong)).toMatchObject({ state: 'UNKNOWN', failure: null, orderId: null });
    expect(await readPayment(store(), right)).toMatchObject({ state: 'FAILED', failure: DECLINED, orderId });
  });
});

describeStore('an event that names a payment', (store) => {
  it('whose order another payment has sets the count of clean lookups back', async () => {
    const [holder, named] = [await claimedPayment(store()), await claimedPayment(store())];
    const orderId = newOrderId();
    await store().payments.record(holder, newUpdate({ fields: { orderId } }));
    await store().payments.record(named, newUpdate({ state: 'UNKNOWN' }));
    const options: CleanLookupOptions = { turnsUpForMs: 0, graceMs: 0, sendWindowMs: 0, gatewayTimeMs: Date.now() };
    const lookUp = async () => {
      const due = { payment: await readPayment(store(), named), ambiguousOrderIds: [] };
      return store().reconciliation.recordCleanLookup(due as unknown as DuePayment, options);
    };
    await lookUp();
    expect(await lookUp()).toMatchObject({ count: 2 });

    const match = { orderId, gatewayPaymentId: named };
    expect(await store().inbox.receive(newEvent({ match }))).toBe('contested');

    expect(await lookUp()).toMatchObject({ count: 1 });
  });

  it('keeps its key from being charged also after it was given up', async () => {
    const lost = newClaim();
    const match = { orderId: newOrderId(), gatewayPaymentId: lost.id };
    await store().inbox.receive(newEvent({ receivedAtMs: Date.now() - 8 * 86_400_000, match }));
    await store().inbox.sweep();

    expect(await store().payments.claim(lost)).toMatchObject({ kind: 'claimed', hasProviderEvent: true });
  });
});
