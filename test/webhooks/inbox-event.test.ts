import { isFresh, toInboxEvent, type Delivery } from '../../src/webhooks/inbox-event.js';
import { parseWebhookEvent, type WebhookEvent } from '../../src/webhooks/event.js';
import { wireEvent, wireOrder } from '../support/signed-webhook.js';

const NOW_MS = 1_785_936_115_000;
const WINDOW_MS = 300_000;
const DELIVERY: Delivery = { signedAtMs: NOW_MS - 10, receivedAtMs: NOW_MS, replayWindowMs: WINDOW_MS };

function eventOf(type: string, order: object, changes: object = {}): WebhookEvent {
  const parsed = parseWebhookEvent(
    Buffer.from(JSON.stringify(wireEvent(type, wireOrder({ ...order }), { ...changes }))),
  );
  if (parsed.kind !== 'event') throw new Error(parsed.reason);
  return parsed.event;
}
const succeeded = (changes: object = {}) => eventOf('order.succeeded', { status: 'success' }, changes);
const kept = (event: WebhookEvent, delivery: Partial<Delivery> = {}) =>
  toInboxEvent(event, { ...DELIVERY, ...delivery });

describe('what the inbox keeps of an event', () => {
  it('is its names, its times and its update', () => {
    const created = NOW_MS - 1_400;
    expect(kept(succeeded({ created }))).toEqual({
      id: 'event_01',
      type: 'order.succeeded',
      occurredAtMs: created,
      receivedAtMs: NOW_MS,
      asksLookup: false,
      match: { orderId: 'order_01', gatewayPaymentId: 'pay_01', merchantReferenceId: null },
      update: {
        state: 'SUCCEEDED',
        source: 'WEBHOOK',
        providerTimeMs: created,
        dedupeKey: 'webhook:event_01',
        detail: 'The provider sent order.succeeded.',
        eventId: expect.stringMatching(/^pev_/) as string,
        fields: expect.objectContaining({ orderId: 'order_01', failure: null }) as object,
      },
    });
  });

  it.each([
    [WINDOW_MS, true],
    [-WINDOW_MS, true],
    [WINDOW_MS + 1, false],
    [-WINDOW_MS - 1, false],
  ])('believes its update when it comes %d ms after its signing: %s', (ageMs, fresh) => {
    const delivery = { ...DELIVERY, signedAtMs: NOW_MS - ageMs };
    expect(isFresh(delivery)).toBe(fresh);
    const { update, asksLookup } = kept(succeeded(), delivery);
    expect([update !== null, asksLookup]).toEqual([fresh, !fresh]);
  });

  it.each([
    ['refund.succeeded', { status: 'success' }, true],
    ['order.succeeded', { status: 'failed' }, true],
    ['order.unheard_of', { status: 'success' }, false],
  ])('asks for a lookup, or says nothing, by %s of an order %j', (type, order, asksLookup) => {
    expect(kept(eventOf(type, order))).toMatchObject({ update: null, asksLookup });
  });

  it.each([
    [{ orderId: 'order_01' }, true],
    [{ metadata: { gateway_payment_id: 'pay_01' } }, true],
    [{ merchantReferenceId: 'cart-7' }, true],
    [{}, false],
  ])('asks for no lookup of what names no payment: %j', (names, asksLookup) => {
    const nameless = { orderId: null, metadata: null, merchantReferenceId: null };
    expect(kept(eventOf('refund.succeeded', { ...nameless, ...names })).asksLookup).toBe(asksLookup);
    const old = { signedAtMs: NOW_MS - WINDOW_MS - 1 };
    expect(kept(eventOf('order.succeeded', { ...nameless, ...names }), old).asksLookup).toBe(asksLookup);
  });

  it.each([
    ['a time gone by', NOW_MS - 86_400_000, NOW_MS - 86_400_000],
    ['a clock that is ahead', NOW_MS + WINDOW_MS, NOW_MS + WINDOW_MS],
    ['a time in the future', NOW_MS + WINDOW_MS + 1, NOW_MS - 10],
    ['no time', null, NOW_MS - 10],
  ])('takes for its time %s, or else that of its signing', (_title, created, occurredAtMs) => {
    expect(kept(succeeded({ created })).occurredAtMs).toBe(occurredAtMs);
  });

  it('takes the time of its coming where it was signed later than that', () => {
    expect(kept(succeeded({ created: null }), { signedAtMs: NOW_MS + 50 }).occurredAtMs).toBe(NOW_MS);
  });

  it('lets that an order was made, and nothing else, yield to every other update', () => {
    const updates = [eventOf('order.created', { status: 'created' }), succeeded()].map((event) => kept(event).update);
    expect(updates.map((update) => update?.yields)).toEqual([true, undefined]);
  });
});
