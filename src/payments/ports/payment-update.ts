import type { Payment, PaymentEventSource } from '../model/payment.js';
import type { PaymentState } from '../model/status.js';

/** What an answer, a webhook or a lookup tells of a payment. */
export interface PaymentUpdate {
  readonly state: PaymentState;
  readonly source: PaymentEventSource;
  /** Milliseconds since the Unix epoch: the provider's time where it gave one, else when the gateway learned it. */
  readonly providerTimeMs: number;
  /** Whether it never overrules a state of the same rank: the making of an order comes before all else. */
  readonly yields?: boolean;
  /** Whether the order bears this payment's id, or the reference that the gateway made for it. */
  readonly provesOrder?: boolean;
  readonly detail: string | null;
  readonly eventId: string;
  /** Its identity within the payment (`answer:1`, `webhook:event_01`): the timeline has one event for each. */
  readonly dedupeKey: string;
  readonly fields: PaymentFields;
}

/** Null and absent fields say nothing: they never overwrite a known value. */
export type PaymentFields = Partial<
  Pick<Payment, 'orderId' | 'sessionId' | 'action' | 'amount' | 'failure' | 'rejection'> & {
    readonly customerId: string | null;
  }
>;
