import type { PaymentUpdate } from './payment-update.js';

/**
 * Where provider events are stored, each once, before they are acknowledged.
 *
 * An event finds its payment by the first of these that it names: the order id of the payment; the payment id that the
 * gateway put into the order's metadata; a payment id as the order's reference, where the gateway made that payment's
 * reference and the metadata name no other. A caller's own reference proves nothing, as the provider does not keep
 * those unique. An event that finds none waits, if it has an update or asks for a lookup: its payment may wait for the
 * answer that has the order id. The store gives up on events of orders that no gateway made.
 */
export interface WebhookInbox {
  /**
   * Stores the event in one transaction; where its payment is found, merges its update, queues its lookup and wakes
   * the watchers. Throws StoreUnavailableError with nothing written: the provider sends the event again.
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
 * What a match needs and no more of the body: no e-mail addresses, no card details. Ids and types are 1 to 255 visible
 * ASCII characters, times milliseconds since the Unix epoch. It asks for a lookup where it says too little.
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
