import type { Payment } from '../../../src/payments/model/payment.js';
import type { EventMatch, InboxEvent } from '../../../src/payments/ports/webhook-inbox.js';
import type { Store } from '../../../src/store/open-store.js';
import { newUpdate, ofLocal, SOME_TIME_MS } from './payments.fixture.js';

let events = 0;

/** By default an event of its own that brings a success and names no payment. */
export type EventChanges = Partial<Omit<InboxEvent, 'match'>> & { readonly match?: Partial<EventMatch> };

export function newEvent({ match, ...changes }: EventChanges = {}): InboxEvent {
  events += 1;
  const id = changes.id ?? `event_${events}`;
  return {
    id,
    type: 'order.succeeded',
    occurredAtMs: SOME_TIME_MS,
    receivedAtMs: Date.parse('2100-01-01T00:00:00Z'),
    match: { orderId: null, gatewayPaymentId: null, merchantReferenceId: null, ...match },
    update: newUpdate({
      source: 'WEBHOOK',
      dedupeKey: `webhook:${id}`,
      fields: match?.orderId ? { orderId: match.orderId } : {},
    }),
    asksLookup: false,
    ...changes,
  };
}

export function newLookupEvent(gatewayPaymentId: string): InboxEvent {
  return newEvent({ type: 'refund.succeeded', match: { gatewayPaymentId }, update: null, asksLookup: true });
}

let orders = 0;

export function newOrderId(): string {
  orders += 1;
  return `order_${orders}`;
}

export async function readPayment({ payments }: Store, paymentId: string): Promise<Payment> {
  const [payment] = await payments.findByIds(ofLocal([paymentId]));
  if (!payment) throw new Error('the payment is gone');
  return payment;
}

/** Of the timeline's events by webhooks. */
export function webhookStatuses({ timeline }: Payment): string[] {
  return timeline.flatMap(({ source, status }) => (source === 'WEBHOOK' ? [status] : [])).sort();
}
