import { newProviderId } from '../orders/order.js';

export type WebhookEventType =
  | 'order.created'
  | 'order.next_action'
  | 'order.succeeded'
  | 'order.failed'
  | 'refund.created'
  | 'refund.succeeded'
  | 'refund.failed';

export interface WebhookSubject {
  readonly orderId: string;
  readonly status: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly refundId?: string;
  readonly merchantReferenceId?: string;
}

export interface WebhookEvent {
  readonly id: string;
  readonly type: WebhookEventType;
  readonly createdMs: number;
  readonly subject: WebhookSubject;
  readonly rawBody: string;
  readonly tries: DeliveryTry[];
}

interface DeliveryTry {
  readonly atMs: number;
  readonly status: number | null;
}

interface EventContent {
  readonly type: WebhookEventType;
  readonly subject: WebhookSubject;
  readonly createdMs: number;
}

export function toEvent({ type, subject, createdMs }: EventContent, form: 'today' | 'older'): WebhookEvent {
  const id = newProviderId('event');
  const envelope =
    form === 'today'
      ? { id, object: 'event', created: createdMs, type, data: { object: subject } }
      : { id, object: 'event', created: new Date(createdMs).toISOString(), type, data: subject };
  return { id, type, createdMs, subject, rawBody: JSON.stringify(envelope), tries: [] };
}
