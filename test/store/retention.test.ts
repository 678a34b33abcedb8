import { deleteOldRows, EVENT_RETENTION_DAYS } from '../../src/jobs/row-reaper.js';
import { systemClock, type Clock } from '../../src/shared/clock.js';
import { claimedPayment, newClaim, newUpdate } from './support/payments.fixture.js';
import { describeStore } from './support/test-stores.js';
import { newEvent, newOrderId, readPayment } from './support/webhook-inbox.fixture.js';

const DAY_MS = 86_400_000;
const inDays = (days: number): Clock => ({ ...systemClock, now: () => systemClock.now() + days * DAY_MS });
const BEFORE = inDays(EVENT_RETENTION_DAYS - 1);
const AFTER = inDays(EVENT_RETENTION_DAYS + 1);

describeStore('rows that have served their time', (store) => {
  const rows = () => store().retention;

  describe('events of the provider', () => {
    it('go a month after their payment got them, and leave the payment as it is', async () => {
      const paymentId = await claimedPayment(store());
      const event = newEvent({ match: { gatewayPaymentId: paymentId } });
      await store().inbox.receive(event);
      const before = await readPayment(store(), paymentId);

      await deleteOldRows(rows(), BEFORE);
      expect(await store().inbox.receive(event)).toBe('duplicate');
      await deleteOldRows(rows(), AFTER);

      expect(await readPayment(store(), paymentId)).toEqual(before);
      expect(await store().inbox.receive(event)).toBe('stored');
      expect(await readPayment(store(), paymentId)).toEqual(before);
    });

    it('stay as long as they wait for their payment', async () => {
      const orderId = newOrderId();
      const event = newEvent({ match: { orderId } });
      await store().inbox.receive(event);

      await deleteOldRows(rows(), AFTER);

      expect(await store().inbox.receive(event)).toBe('duplicate');
      const paymentId = await claimedPayment(store());
      const recorded = await store().payments.record(paymentId, newUpdate({ state: 'PENDING', fields: { orderId } }));
      expect(recorded.state).toBe('SUCCEEDED');
    });

    it('stay where a person has to look at them', async () => {
      const paymentId = await claimedPayment(store());
      const orderId = newOrderId();
      await store().payments.record(paymentId, newUpdate({ fields: { orderId } }));
      const event = newEvent({ match: { gatewayPaymentId: await claimedPayment(store()), orderId } });
      expect(await store().inbox.receive(event)).toBe('contested');

      await deleteOldRows(rows(), AFTER);

      expect(await store().inbox.receive(event)).toBe('duplicate');
    });
  });

  it('counts of payments go when their minute is long over', async () => {
    const limited = () => ({ ...newClaim({ scope: 'counted' }), mostPerMinute: { caller: 1, instrument: null } });
    await store().payments.claim(limited());

    await deleteOldRows(rows(), systemClock);
    expect(await store().payments.claim(limited())).toMatchObject({ kind: 'limited' });
    await deleteOldRows(rows(), inDays(1));

    expect(await store().payments.claim(limited())).toMatchObject({ kind: 'claimed' });
  });
});
