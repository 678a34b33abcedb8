import { newProviderId } from '../orders/order.js';

export type WebhookEventType =
  | 'order.created'
  | 'order.next_action'
  | 'order.succeeded'
  | 'order.failed'
  | 'refund.created'
  | 'refund.succeeded'
  | 'refund.failed';

/** What an event is about: an order or a refund, in their wire form. */
export interface WebhookSubject {
  readonly orderId: string;
  readonly status: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly refundId?: string;
  readonly merchantReferenceId?: string;
}

/** One event and what became of it. */
export interface WebhookEvent {
  readonly id: string;
  readonly type: WebhookEventType;
  readonly createdMs: number;
  readonly subject: WebhookSubject;
  /** Written once: every try and every copy sends these bytes. */
  readonly rawBody: string;
  readonly tries: DeliveryTry[];
}

export interface DeliveryTry {
  readonly atMs: number;
  /** The receiver's HTTP status, or null where there was none. */
  readonly status: number | null;
}

export interface EventContent {
  readonly type: WebhookEventType;
  readonly subject: WebhookSubject;
  readonly createdMs: number;
}

/** The envelope of today, or the older one: the object itself under `data`, and the time as ISO text. */
export function toEvent({ type, subject, createdMs }: EventContent, form: 'today' | 'older'): WebhookEvent {
  const id = newProviderId('event');
  const envelope =
    form === 'today'
      ? { id, object: 'event', created: createdMs, type, data: { object: subject } }
      : { id, object: 'event', created: new Date(createdMs).toISOString(), type, data: subject };
  return { id, type, createdMs, subject, rawBody: JSON.stringify(envelope), tries: [] };
}
