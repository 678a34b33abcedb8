import type { Payment } from '../../../src/payments/model/payment.js';
import type { FlaggedPayment } from '../../../src/payments/ports/reconciliation-store.js';
import { claimedPayment, newClaim, newUpdate, ofLocal } from '../support/payments.fixture.js';
import { describeStore } from '../support/test-stores.js';
import { newOrderId } from '../support/webhook-inbox.fixture.js';

describeStore('an order', (store) => {
  async function readPayment(paymentId: string): Promise<Payment> {
    const [payment] = await store().payments.findByIds(ofLocal([paymentId]));
    if (!payment) throw new Error('the payment is gone');
    return payment;
  }
  async function flagsOf(...paymentIds: string[]): Promise<(string | undefined)[]> {
    const flagged = await store().reconciliation.listFlagged();
    const find = (id: string): FlaggedPayment | undefined => flagged.find(({ payment }) => payment.id === id);
    return paymentIds.map((id) => find(id)?.reason);
  }

  describe('that the answer of another payment named', () => {
    it('is not believed: the payment is unknown and looked up, and both are flagged', async () => {
      const [first, second] = [await claimedPayment(store()), await claimedPayment(store())];
      const orderId = newOrderId();
      const paid = { fields: { orderId, amount: { minorUnits: 1999n, currency: 'USD' } } };
      await store().payments.record(first, newUpdate(paid));

      const recorded = await store().payments.record(second, newUpdate(paid));

      expect(recorded).toMatchObject({ state: 'UNKNOWN', orderId: null, chargedAmount: null });
      expect(recorded.timeline.map(({ status, detail }) => [status, detail])).toContainEqual([
        'UNKNOWN',
        'The provider named an order that another payment has. The provider is asked for this payment’s own.',
      ]);
      expect(await readPayment(first)).toMatchObject({ state: 'SUCCEEDED', orderId });
      expect(await flagsOf(first, second)).toEqual(['ORDER_OF_ANOTHER', 'ORDER_OF_ANOTHER']);
    });

    it('is believed of one only where two tell it at the same moment', async () => {
      for (let round = 0; round < 10; round++) {
        const ids = await Promise.all([claimedPayment(store()), claimedPayment(store()), claimedPayment(store())]);
        const orderId = newOrderId();

        await Promise.all(ids.map((id) => store().payments.record(id, newUpdate({ fields: { orderId } }))));

        const states = (await Promise.all(ids.map(readPayment))).map(({ state }) => state);
        expect(states.sort()).toEqual(['SUCCEEDED', 'UNKNOWN', 'UNKNOWN']);
        expect(await flagsOf(...ids)).toEqual(Array(3).fill('ORDER_OF_ANOTHER'));
      }
    });

    it('is taken away where the order itself names the payment, and the other is looked up', async () => {
      const [wrong, right] = [await claimedPayment(store()), await claimedPayment(store())];
      const orderId = newOrderId();
      await store().payments.record(wrong, newUpdate({ fields: { orderId } }));

      const recorded = await store().payments.record(right, newUpdate({ fields: { orderId }, provesOrder: true }));

      expect(recorded).toMatchObject({ state: 'SUCCEEDED', orderId });
      expect(await readPayment(wrong)).toMatchObject({ state: 'UNKNOWN', orderId: null, chargedAmount: null });
      expect(await flagsOf(wrong, right)).toEqual(['ORDER_OF_ANOTHER', 'ORDER_OF_ANOTHER']);
      const flagged = await store().reconciliation.listFlagged();
      expect(flagged.find(({ payment }) => payment.id === wrong)?.otherOrderIds).toEqual([orderId]);
    });
  });

  it('is kept beside the smaller one where a payment is given two', async () => {
    const paymentId = await claimedPayment(store());
    const [one, two] = [newOrderId(), newOrderId()].sort();
    for (const orderId of [two, one]) await store().payments.record(paymentId, newUpdate({ fields: { orderId } }));

    const flagged = await store().reconciliation.listFlagged();

    expect(flagged.find(({ payment }) => payment.id === paymentId)).toMatchObject({
      reason: 'SEVERAL_ORDERS',
      otherOrderIds: [two],
      payment: { orderId: one },
    });
  });
});

describeStore('the charged amount', (store) => {
  const flagAfter = async (
    charged: { minorUnits: bigint; currency: string },
    requested: { chargeCurrency?: string; isDiscounted?: boolean; money?: null } = {},
  ): Promise<string | undefined> => {
    const claim = newClaim({
      requested: {
        money: { minorUnits: 10_000n, currency: 'USD' },
        chargeCurrency: null,
        isDiscounted: false,
        ...requested,
      },
    });
    await store().payments.claim(claim);
    await store().payments.record(claim.id, newUpdate({ fields: { amount: charged } }));
    const flagged = await store().reconciliation.listFlagged();
    return flagged.find(({ payment }) => payment.id === claim.id)?.reason;
  };
  const usd = (minorUnits: bigint) => ({ minorUnits, currency: 'USD' });

  it.each([
    ['less', usd(100n), {}],
    ['nothing', usd(0n), {}],
    ['more', usd(100_000n), {}],
    ['another currency', { minorUnits: 100n, currency: 'JPY' }, {}],
    ['more with a promotion code', usd(10_001n), { isDiscounted: true }],
    ['another currency than the one to charge in', { minorUnits: 100n, currency: 'JPY' }, { chargeCurrency: 'EUR' }],
    ['less of the requested currency beside one to charge in', usd(1n), { chargeCurrency: 'EUR' }],
    ['nothing of the currency to charge in', { minorUnits: 0n, currency: 'EUR' }, { chargeCurrency: 'EUR' }],
  ])('flags the payment where it is %s', async (_case, charged, requested) => {
    expect(await flagAfter(charged, requested)).toBe('AMOUNT_MISMATCH');
  });

  it.each([
    ['what was asked', usd(10_000n), {}],
    ['less with a promotion code', usd(9_000n), { isDiscounted: true }],
    ['nothing with a promotion code', usd(0n), { isDiscounted: true }],
    ['the currency to charge in', { minorUnits: 9_100n, currency: 'EUR' }, { chargeCurrency: 'EUR' }],
    ['any amount for a catalogue price', usd(5n), { money: null }],
  ])('is explained where it is %s', async (_case, charged, requested) => {
    expect(await flagAfter(charged, requested)).toBeUndefined();
  });

  it('is compared also where it came before the payment was paid', async () => {
    const paymentId = await claimedPayment(store());
    await store().payments.record(paymentId, newUpdate({ state: 'PENDING', fields: { amount: usd(1n) } }));

    await store().payments.record(paymentId, newUpdate());

    const flagged = await store().reconciliation.listFlagged();
    expect(flagged.find(({ payment }) => payment.id === paymentId)?.reason).toBe('AMOUNT_MISMATCH');
  });

  it('stays beside the requested one, and is not replaced by a late event that loses', async () => {
    const paymentId = await claimedPayment(store());
    const recordRefund = (state: 'REFUNDED' | 'FAILED', minorUnits: bigint, later: number) =>
      store().payments.record(
        paymentId,
        newUpdate({ state, providerTimeMs: 1_800_000_000_000 + later, fields: { amount: usd(minorUnits) } }),
      );
    await recordRefund('REFUNDED', 1999n, 1);

    const payment = await recordRefund('FAILED', 0n, 2);

    expect(payment).toMatchObject({
      state: 'REFUNDED',
      amount: usd(1999n),
      chargedAmount: usd(1999n),
      requested: { money: usd(1999n) },
    });
  });
});
