import { toOrderFields } from '../payments/reconcile/order-fields.js';
import type { PaymentUpdate } from '../payments/ports/payment-update.js';
import type { EventMatch, InboxEvent } from '../payments/ports/webhook-inbox.js';
import { assertNever } from '../shared/assert-never.js';
import { newId } from '../shared/ids.js';
import { isAboutOrder, ORDER_CREATED } from './event-message.js';
import type { WebhookEvent } from './event.js';

export interface Delivery {
  readonly signedAtMs: number;
  readonly receivedAtMs: number;
  readonly replayWindowMs: number;
}

export function isFresh({ signedAtMs, receivedAtMs, replayWindowMs }: Delivery): boolean {
  return Math.abs(receivedAtMs - signedAtMs) <= replayWindowMs;
}

/**
 * Takes only the ids from a delivery that is not fresh, and has the order looked up: the provider retries for
 * about a day and may not sign anew each time, so the content may be yesterday's.
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

/** `order.created` yields to every other update at any time stamp: it would hide the payer's next step. */
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

export function isLostUpdate({ type, match }: Pick<InboxEvent, 'type' | 'match'>): boolean {
  return isAboutOrder(type) && !namesPayment(match);
}

function namesPayment({ orderId, gatewayPaymentId, merchantReferenceId }: EventMatch): boolean {
  return [orderId, gatewayPaymentId, merchantReferenceId].some((name) => name !== null);
}

/** A time in the future would win over all later updates, so the time of signing replaces it, or a missing one. */
function occurrenceOf({ createdAtMs }: WebhookEvent, { signedAtMs, receivedAtMs, replayWindowMs }: Delivery): number {
  const isCredible = createdAtMs !== null && createdAtMs <= receivedAtMs + replayWindowMs;
  return isCredible ? createdAtMs : Math.min(signedAtMs, receivedAtMs);
}
