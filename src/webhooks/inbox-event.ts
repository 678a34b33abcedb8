import { toOrderFields } from '../payments/reconcile/order-fields.js';
import type { PaymentUpdate } from '../payments/ports/payment-update.js';
import type { EventMatch, InboxEvent } from '../payments/ports/webhook-inbox.js';
import { assertNever } from '../shared/assert-never.js';
import { newId } from '../shared/ids.js';
import { isAboutOrder, ORDER_CREATED } from './event-message.js';
import type { WebhookEvent } from './event.js';

/** When an event came, and how far that may be from when it was signed. Milliseconds since the Unix epoch, and milliseconds. */
export interface Delivery {
  readonly signedAtMs: number;
  readonly receivedAtMs: number;
  readonly replayWindowMs: number;
}

/** Whether a delivery is near enough to its signature to be the provider's own and not somebody's recording. Applies to clocks that run ahead as well. */
export function isFresh({ signedAtMs, receivedAtMs, replayWindowMs }: Delivery): boolean {
  return Math.abs(receivedAtMs - signedAtMs) <= replayWindowMs;
}

/**
 * What the inbox keeps of an event. From a delivery that is not fresh only its ids are taken: the provider tries for about a day and may not
 * sign anew each time, so it is no attack, but its update may be yesterday's. The order is looked up instead.
 */
export function toInboxEvent(event: WebhookEvent, delivery: Delivery): InboxEvent {
  const occurredAtMs = occurrenceOf(event, delivery);
  return {
    id: event.id,
    type: event.type,
    occurredAtMs,
    receivedAtMs: delivery.receivedAtMs,
    match: event.match,
    ...effectOf(event, { ...delivery, occurredAtMs }),
  };
}

type DatedDelivery = Delivery & Pick<InboxEvent, 'occurredAtMs'>;

function effectOf(event: WebhookEvent, delivery: DatedDelivery): Pick<InboxEvent, 'update' | 'asksLookup'> {
  const { message, match } = event;
  switch (message.kind) {
    case 'orderMoved':
      return isFresh(delivery)
        ? { update: toUpdate(event, message, delivery), asksLookup: false }
        : { update: null, asksLookup: namesPayment(match) };
    case 'askForOrder':
      return { update: null, asksLookup: namesPayment(match) };
    case 'nothing':
      return { update: null, asksLookup: false };
    default:
      return assertNever(message);
  }
}

/**
 * That an order was made comes before the answer that names the payer's next step, whenever and by whatever clock it is stamped: it would
 * hide the step as if it were done.
 */
function toUpdate(
  { id, type }: WebhookEvent,
  { order, state }: Extract<WebhookEvent['message'], { kind: 'orderMoved' }>,
  { occurredAtMs, receivedAtMs }: DatedDelivery,
): PaymentUpdate {
  return {
    state,
    source: 'WEBHOOK',
    providerTimeMs: occurredAtMs,
    ...(type === ORDER_CREATED && { yields: true }),
    detail: `The provider sent ${type}.`,
    eventId: newId('event', receivedAtMs),
    dedupeKey: `webhook:${id}`,
    fields: toOrderFields(order, state),
  };
}

/** Whether an event tells of a payment and says of which in no way: it finds none, now or later. */
export function isLostUpdate({ type, match }: Pick<InboxEvent, 'type' | 'match'>): boolean {
  return isAboutOrder(type) && !namesPayment(match);
}

/** Without any of these there is no payment to look up, now or later. */
function namesPayment({ orderId, gatewayPaymentId, merchantReferenceId }: EventMatch): boolean {
  return [orderId, gatewayPaymentId, merchantReferenceId].some((name) => name !== null);
}

/** A time in the future would win over all that comes later, so the time of signing stands in for it, as it does for one that is missing. */
function occurrenceOf({ createdAtMs }: WebhookEvent, { signedAtMs, receivedAtMs, replayWindowMs }: Delivery): number {
  const isCredible = createdAtMs !== null && createdAtMs <= receivedAtMs + replayWindowMs;
  return isCredible ? createdAtMs : Math.min(signedAtMs, receivedAtMs);
}
