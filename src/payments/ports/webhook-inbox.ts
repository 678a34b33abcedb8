import type { PaymentUpdate } from './payment-update.js';

/**
 * Where provider events are stored, each once, before they are acknowledged. An event finds its
 * payment by the first that it names: the payment's order id; the payment id in the order's
 * metadata; a payment id as the order's reference, where the gateway made it (a caller's own proves
 * nothing, as the provider does not keep those unique). One that finds none waits where it has an
 * update or asks for a lookup: its payment may wait for the answer that has the order id.
 */
export interface WebhookInbox {
  /**
   * One transaction: stores the event and, where its payment is found, merges the update, queues
   * the lookup and wakes watchers. Throws StoreUnavailableError with nothing written.
   */
  receive(event: InboxEvent): Promise<ReceiptOfEvent>;
  sweep(): Promise<number>;
  /** Events waiting longer than that for a payment id of a gateway: its row is lost. Each is given out once. */
  takeUnknown(waitedForMs: number): Promise<UnknownPaymentEvent[]>;
}

export interface UnknownPaymentEvent {
  readonly eventId: string;
  readonly paymentId: string;
  readonly orderId: string | null;
}

export type ReceiptOfEvent =
  | 'stored'
  /** The payment had failed, and is or may be charged after all: the client was sent to a new key, so it is flagged. */
  | 'overruled'
  | 'waiting'
  | 'duplicate'
  /** Speaks of another order than the payment has, which is flagged: the payer may have been charged by both. */
  | 'contested';

/**
 * No e-mail addresses, no card details. Ids and types are 1 to 255 visible ASCII characters, times
 * milliseconds since the Unix epoch. `asksLookup`: it says too little, or can't be believed.
 */
export interface InboxEvent {
  readonly id: string;
  readonly type: string;
  readonly occurredAtMs: number;
  readonly receivedAtMs: number;
  readonly match: EventMatch;
  readonly update: PaymentUpdate | null;
  readonly asksLookup: boolean;
}

export interface EventMatch {
  readonly orderId: string | null;
  readonly gatewayPaymentId: string | null;
  readonly merchantReferenceId: string | null;
}
