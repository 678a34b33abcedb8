import { newId, paymentIdOf } from '../../../src/shared/ids.js';
import { systemClock } from '../../../src/shared/clock.js';
import { claimedPayment, newClaim, newUpdate, SOME_TIME_MS } from '../support/payments.fixture.js';
import { describeStore } from '../support/test-stores.js';
import { newEvent, newOrderId, readPayment, webhookStatuses } from '../support/webhook-inbox.fixture.js';

const DAY_MS = 86_400_000;

describeStore('the inbox', (store) => {
  async function paymentWithOrder(): Promise<{ paymentId: string; orderId: string }> {
    const [paymentId, orderId] = [await claimedPayment(store()), newOrderId()];
    await store().payments.record(paymentId, newUpdate({ state: 'PENDING', fields: { orderId } }));
    return { paymentId, orderId };
  }

  async function flagOf(paymentId: string): Promise<string | undefined> {
    return (await store().reconciliation.listFlagged()).find(({ payment }) => payment.id === paymentId)?.reason;
  }

  describe('finds the payment', () => {
    it('by the order id that it has', async () => {
      const { paymentId, orderId } = await paymentWithOrder();

      expect(await store().inbox.receive(newEvent({ match: { orderId } }))).toBe('stored');

      expect(await readPayment(store(), paymentId)).toMatchObject({ state: 'SUCCEEDED', orderId });
    });

    it('by the payment id in the metadata, and learns the order id', async () => {
      const paymentId = await claimedPayment(store());
      const orderId = newOrderId();

      expect(await store().inbox.receive(newEvent({ match: { orderId, gatewayPaymentId: paymentId } }))).toBe('stored');

      expect(await readPayment(store(), paymentId)).toMatchObject({ state: 'SUCCEEDED', orderId });
    });

    it('by a reference that the gateway made', async () => {
      const paymentId = await claimedPayment(store());

      expect(await store().inbox.receive(newEvent({ match: { merchantReferenceId: paymentId } }))).toBe('stored');

      expect(await readPayment(store(), paymentId)).toMatchObject({ state: 'SUCCEEDED' });
    });

    it('never by such a reference where the metadata name another payment, known or not', async () => {
      const [paymentId, another] = [await claimedPayment(store()), await claimedPayment(store())];
      const unknown = paymentIdOf('local', 'of nobody');

      const match = { merchantReferenceId: paymentId };
      expect(await store().inbox.receive(newEvent({ match: { ...match, gatewayPaymentId: another } }))).toBe('stored');
      expect(await store().inbox.receive(newEvent({ match: { ...match, gatewayPaymentId: unknown } }))).toBe('waiting');

      expect(await readPayment(store(), paymentId)).toMatchObject({ state: 'PROCESSING' });
      expect(await readPayment(store(), another)).toMatchObject({ state: 'SUCCEEDED' });
    });

    it("never by a caller's own reference, not even where it is a payment's id", async () => {
      const paymentId = await claimedPayment(store(), { merchantReferenceId: 'cart-7', referenceIsOurs: false });

      for (const merchantReferenceId of ['cart-7', paymentId])
        expect(await store().inbox.receive(newEvent({ match: { merchantReferenceId } }))).toBe('waiting');

      expect(await readPayment(store(), paymentId)).toMatchObject({ state: 'PROCESSING' });
    });

    it('by the order id first, then by the metadata, then by the reference', async () => {
      const { paymentId: byOrder, orderId } = await paymentWithOrder();
      const byMetadata = await claimedPayment(store());
      const byReference = await claimedPayment(store());
      const rest = { gatewayPaymentId: byMetadata, merchantReferenceId: byReference };

      await store().inbox.receive(newEvent({ match: { orderId, merchantReferenceId: byReference } }));
      expect(webhookStatuses(await readPayment(store(), byOrder))).toEqual(['SUCCEEDED']);
      await store().inbox.receive(newEvent({ match: { orderId: newOrderId(), ...rest } }));
      expect(webhookStatuses(await readPayment(store(), byMetadata))).toEqual(['SUCCEEDED']);

      expect(webhookStatuses(await readPayment(store(), byOrder))).toEqual(['SUCCEEDED']);
      expect(webhookStatuses(await readPayment(store(), byReference))).toEqual([]);
    });

    it('of neither where the order’s metadata name another payment: both are flagged, one looked up', async () => {
      const { paymentId: byOrder, orderId } = await paymentWithOrder();
      const byMetadata = await claimedPayment(store(), { sendWindowMs: 0 });
      await store().payments.record(byMetadata, newUpdate({ state: 'UNKNOWN' }));
      const { inbox, reconciliation } = store();

      const receipt = await inbox.receive(newEvent({ match: { orderId, gatewayPaymentId: byMetadata } }));

      expect(receipt).toBe('contested');
      expect(webhookStatuses(await readPayment(store(), byOrder))).toEqual([]);
      expect(webhookStatuses(await readPayment(store(), byMetadata))).toEqual([]);
      const flagged = (await reconciliation.listFlagged()).filter(({ reason }) => reason === 'ORDER_OF_ANOTHER');
      expect(flagged.map(({ payment }) => payment.id).sort()).toEqual([byOrder, byMetadata].sort());
    });
  });

  it('writes everything that the update tells into the payment and its timeline', async () => {
    const paymentId = await claimedPayment(store());
    const update = newUpdate({
      state: 'FAILED',
      source: 'WEBHOOK',
      detail: 'The provider sent order.failed.',
      providerTimeMs: SOME_TIME_MS + 7,
      fields: {
        orderId: newOrderId(),
        sessionId: 'sess_1',
        customerId: 'cus_1',
        amount: { minorUnits: 9_007_199_254_740_993n, currency: 'USD' },
        failure: { code: 'card_declined', message: 'No.', retry: 'USE_NEW_KEY' },
      },
    });

    await store().inbox.receive(newEvent({ match: { gatewayPaymentId: paymentId }, update }));

    const payment = await readPayment(store(), paymentId);
    const { orderId, sessionId, amount, failure } = update.fields;
    expect(payment).toMatchObject({ state: 'FAILED', providerTimeMs: SOME_TIME_MS + 7 });
    expect(payment).toMatchObject({ orderId, sessionId, amount, failure });
    expect(payment.timeline).toContainEqual({
      id: update.eventId,
      status: 'FAILED',
      source: 'WEBHOOK',
      occurredAtMs: SOME_TIME_MS + 7,
      detail: 'The provider sent order.failed.',
    });
  });

  it('keeps updates that came too late in the timeline and moves nothing down', async () => {
    const paymentId = await claimedPayment(store());
    const match = { gatewayPaymentId: paymentId };
    await store().inbox.receive(newEvent({ match }));

    await store().inbox.receive(newEvent({ match, update: newUpdate({ state: 'PENDING', source: 'WEBHOOK' }) }));

    const payment = await readPayment(store(), paymentId);
    expect(payment.state).toBe('SUCCEEDED');
    expect(webhookStatuses(payment)).toEqual(['PENDING', 'SUCCEEDED']);
  });

  it('writes an event down once, whatever a second one of its id says', async () => {
    const paymentId = await claimedPayment(store());
    const match = { gatewayPaymentId: paymentId };
    const event = newEvent({ match, update: newUpdate({ state: 'PENDING', source: 'WEBHOOK' }) });
    await store().inbox.receive(event);
    const before = await readPayment(store(), paymentId);

    expect(await store().inbox.receive(event)).toBe('duplicate');
    expect(await store().inbox.receive(newEvent({ id: event.id, match }))).toBe('duplicate');

    expect(await readPayment(store(), paymentId)).toEqual(before);
  });

  it('keeps an event that says nothing, and lets it change nothing', async () => {
    const paymentId = await claimedPayment(store());
    const before = await readPayment(store(), paymentId);
    const event = newEvent({ type: 'dispute.created', match: { gatewayPaymentId: paymentId }, update: null });

    expect(await store().inbox.receive(event)).toBe('stored');
    expect(await store().inbox.receive(event)).toBe('duplicate');

    expect(await readPayment(store(), paymentId)).toEqual(before);
  });

  it('merges an event of another order than the one that its payment has, and flags the payment', async () => {
    const { paymentId } = await paymentWithOrder();
    const orderId = newOrderId();
    const event = newEvent({
      match: { orderId, gatewayPaymentId: paymentId },
      update: newUpdate({ source: 'WEBHOOK', fields: { orderId } }),
    });

    expect(await store().inbox.receive(event)).toBe('stored');
    expect(await store().inbox.receive(event)).toBe('duplicate');

    expect((await readPayment(store(), paymentId)).state).toBe('SUCCEEDED');
    expect(await flagOf(paymentId)).toBe('SEVERAL_ORDERS');
  });

  it('flags the payment as well of which an event that waited for it tells another order', async () => {
    const [paymentId, orderId] = [await claimedPayment(store()), newOrderId()];
    const match = { gatewayPaymentId: paymentId, orderId };
    const update = newUpdate({ source: 'WEBHOOK', fields: { orderId } });
    const early = newEvent({ match: { orderId }, update });
    expect(await store().inbox.receive(early)).toBe('waiting');
    const other = newUpdate({ state: 'PENDING', fields: { orderId: newOrderId() } });
    await store().payments.record(paymentId, other);

    expect(await store().inbox.receive(newEvent({ match, update }))).toBe('stored');

    expect(await flagOf(paymentId)).toBe('SEVERAL_ORDERS');
  });

  it.each([
    ['was concluded to have failed', 'FAILED_INFERRED'],
    ['failed by the provider’s word', 'FAILED'],
  ] as const)('says so where the payment %s, and leaves it to a person', async (_case, state) => {
    const paymentId = await claimedPayment(store());
    const match = { gatewayPaymentId: paymentId };
    await store().payments.record(paymentId, newUpdate({ state }));

    expect(await store().inbox.receive(newEvent({ match }))).toBe('overruled');
    expect(await store().inbox.receive(newEvent({ match }))).toBe('stored');

    expect(await readPayment(store(), paymentId)).toMatchObject({ state: 'SUCCEEDED' });
    expect(await flagOf(paymentId)).toBe('FOUND_AFTER_FAILURE');
  });

  it('wakes those who watch the payment', async () => {
    const paymentId = await claimedPayment(store());
    let listening: { close(): Promise<void> } | undefined;
    const woken = new Promise<string>((resolve) => {
      const onGap = (): void => {
        void store().inbox.receive(newEvent({ match: { gatewayPaymentId: paymentId } }));
      };
      listening = store().changes.listen({ onNotification: resolve, onGap, onSilence: () => undefined });
    });

    expect(await woken).toBe(paymentId);
    await listening?.close();
  });

  describe('lets an event wait', () => {
    it('until its payment learns its order, and then tells it all at once', async () => {
      const paymentId = await claimedPayment(store(), { merchantReferenceId: 'cart-7', referenceIsOurs: false });
      const orderId = newOrderId();
      const amount = { minorUnits: 1999n, currency: 'EUR' };
      const update = newUpdate({ source: 'WEBHOOK', fields: { orderId, amount } });
      expect(await store().inbox.receive(newEvent({ match: { orderId }, update }))).toBe('waiting');

      const recorded = await store().payments.record(paymentId, newUpdate({ state: 'PENDING', fields: { orderId } }));

      expect(recorded).toMatchObject({ state: 'SUCCEEDED', amount });
      expect(webhookStatuses(recorded)).toEqual(['SUCCEEDED']);
      expect(await readPayment(store(), paymentId)).toEqual(recorded);
    });

    it('until another event tells the order of the payment', async () => {
      const paymentId = await claimedPayment(store());
      const orderId = newOrderId();
      const created = newUpdate({ state: 'PENDING', source: 'WEBHOOK', fields: { orderId } });
      await store().inbox.receive(newEvent({ match: { orderId } }));

      await store().inbox.receive(newEvent({ match: { orderId, gatewayPaymentId: paymentId }, update: created }));

      const payment = await readPayment(store(), paymentId);
      expect(payment.state).toBe('SUCCEEDED');
      expect(webhookStatuses(payment)).toEqual(['PENDING', 'SUCCEEDED']);
    });

    it('until the sweep finds its payment, also behind many that find none', async () => {
      const claim = newClaim();
      const foreign = Array.from({ length: 520 }, () => newEvent({ match: { orderId: newOrderId() } }));
      for (const event of foreign) await store().inbox.receive(event);
      await store().inbox.receive(newEvent({ match: { merchantReferenceId: claim.id } }));
      expect(await store().inbox.sweep()).toBe(0);
      await store().payments.claim(claim);

      expect(await store().inbox.sweep()).toBe(1);

      expect(await readPayment(store(), claim.id)).toMatchObject({ state: 'SUCCEEDED' });
      expect(await store().inbox.sweep()).toBe(0);
    });

    it('for a week, then gives up on it and still knows it', async () => {
      const claims = [newClaim(), newClaim()] as const;
      const nowMs = systemClock.now();
      const [old, young] = [
        newEvent({ match: { merchantReferenceId: claims[0].id }, receivedAtMs: nowMs - 7 * DAY_MS - 60_000 }),
        newEvent({ match: { merchantReferenceId: claims[1].id }, receivedAtMs: nowMs - 7 * DAY_MS + 60_000 }),
      ];
      for (const event of [old, young]) await store().inbox.receive(event);
      for (const claim of claims) await store().payments.claim(claim);

      expect(await store().inbox.sweep()).toBe(1);

      expect(await readPayment(store(), claims[0].id)).toMatchObject({ state: 'PROCESSING' });
      expect(await readPayment(store(), claims[1].id)).toMatchObject({ state: 'SUCCEEDED' });
      expect(await store().inbox.receive(old)).toBe('duplicate');
    });
  });

  it('keeps an event whatever characters the provider put into its words', async () => {
    const [paymentId, orderId] = [await claimedPayment(store()), newOrderId()];
    const failure = { code: 'no\u0000', message: 'a\ud800b', retry: 'USE_NEW_KEY' } as const;
    const update = newUpdate({ state: 'FAILED', eventId: newId('event', SOME_TIME_MS), fields: { orderId, failure } });
    expect(await store().inbox.receive(newEvent({ match: { orderId }, update }))).toBe('waiting');

    const recorded = await store().payments.record(paymentId, newUpdate({ state: 'PENDING', fields: { orderId } }));

    expect(recorded.failure).toEqual({ code: 'no\ufffd', message: 'a\ufffdb', retry: 'USE_NEW_KEY' });
  });
});
