import type { DuePayment } from '../../../src/payments/ports/reconciliation-store.js';
import { claimedPayment, newUpdate } from '../support/payments.fixture.js';
import { describeStore } from '../support/test-stores.js';

const NO_PAUSE = { firstMs: 0, longestMs: 0 };
const AT_CLAIM = { sendWindowMs: 3_600_000, gatewayTimeMs: Date.now() };

describeStore('a flag', (store) => {
  async function unknownPayment(): Promise<string> {
    const paymentId = await claimedPayment(store());
    await store().payments.record(paymentId, newUpdate({ state: 'UNKNOWN' }));
    return paymentId;
  }
  async function leased(paymentId: string): Promise<DuePayment> {
    const due = await store().reconciliation.lockDue({
      limit: 1_000,
      abandonedAfterMs: 0,
      leaseMs: 0,
      lateLookPauseMs: 0,
      unknownPauses: NO_PAUSE,
      waitingPauses: NO_PAUSE,
      ...AT_CLAIM,
    });
    const own = due.find(({ payment }) => payment.id === paymentId);
    if (own === undefined) throw new Error('the payment is not due');
    return own;
  }

  async function alarmsOf(paymentId: string): Promise<string[]> {
    const { reconciliation } = store();
    const unalarmed = (await reconciliation.listUnalarmed()).filter(({ payment }) => payment.id === paymentId);
    for (const flagged of unalarmed) await reconciliation.recordAlarm(flagged);
    return unalarmed.map(({ reason }) => reason);
  }

  it('gives way to a graver one only, and each is given out once to be alarmed of', async () => {
    const paymentId = await unknownPayment();
    const { reconciliation } = store();
    const alarmed: string[][] = [];

    for (const reason of ['AMBIGUOUS_ORDER', 'SEVERAL_ORDERS', 'SEVERAL_ORDERS', 'NO_OUTCOME_IN_TIME'] as const) {
      await reconciliation.flag(paymentId, reason);
      alarmed.push(await alarmsOf(paymentId));
    }

    expect(alarmed).toEqual([['AMBIGUOUS_ORDER'], ['SEVERAL_ORDERS'], [], []]);
  });

  it('names the orders in question', async () => {
    const paymentId = await unknownPayment();
    const { reconciliation } = store();
    await reconciliation.flag(paymentId, 'SEVERAL_ORDERS', ['order_b', 'order_a']);

    const unalarmed = await reconciliation.listUnalarmed();

    expect(unalarmed.find(({ payment }) => payment.id === paymentId)?.otherOrderIds).toEqual(['order_a', 'order_b']);
    expect(await alarmsOf(paymentId)).toEqual(['SEVERAL_ORDERS']);
  });

  it('is alarmed of again when it was taken away and comes back', async () => {
    const paymentId = await unknownPayment();
    const { reconciliation } = store();
    await reconciliation.recordAmbiguous(paymentId, ['order_1']);
    expect(await alarmsOf(paymentId)).toEqual(['AMBIGUOUS_ORDER']);
    await reconciliation.recordCleanLookup(await leased(paymentId), { ...AT_CLAIM, turnsUpForMs: 0, graceMs: 0 });
    expect(await alarmsOf(paymentId)).toEqual([]);

    await reconciliation.recordAmbiguous(paymentId, ['order_1']);

    expect(await alarmsOf(paymentId)).toEqual(['AMBIGUOUS_ORDER']);
  });

  it('that an answer brings is alarmed of', async () => {
    const paymentId = await unknownPayment();
    for (const orderId of ['order_of_event_1', 'order_of_answer_1'])
      await store().payments.record(paymentId, newUpdate({ fields: { orderId } }));

    expect(await alarmsOf(paymentId)).toEqual(['SEVERAL_ORDERS']);
  });
});
