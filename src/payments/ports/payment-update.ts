import type { Payment, PaymentEventSource } from '../model/payment.js';
import type { PaymentState } from '../model/status.js';

/**
 * What an answer, a webhook or a lookup tells of a payment; null and absent fields say nothing. The
 * timeline has one event for each `dedupeKey` (`answer:1`, `webhook:event_01`).
 */
export interface PaymentUpdate {
  readonly state: PaymentState;
  readonly source: PaymentEventSource;
  readonly providerTimeMs: number;
  /** Whether it never overrules a state of the same rank: the making of an order comes before all else. */
  readonly yields?: boolean;
  /** Whether the order bears this payment's id, or the reference that the gateway made for it. */
  readonly provesOrder?: boolean;
  readonly detail: string | null;
  readonly eventId: string;
  readonly dedupeKey: string;
  readonly fields: PaymentFields;
}

export type PaymentFields = Partial<
  Pick<Payment, 'orderId' | 'sessionId' | 'action' | 'amount' | 'failure' | 'rejection'> & {
    readonly customerId: string | null;
  }
>;
