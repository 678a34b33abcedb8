import type { PaymentUpdate } from './payment-update.js';

/**
 * Where the provider's events are written down, each once, before it is told that they arrived.
 *
 * An event finds its payment by the first of these that names one: the order id that the payment has; the payment id that the
 * gateway put into the order's metadata; a reference that is a payment's id, where the gateway made that payment's reference
 * (`referenceIsOurs`) and the metadata name no other. A caller's own reference finds nothing: the provider does not keep those unique, so it proves nothing.
 *
 * An event that finds none waits, if it has update or a lookup to bring: its payment may be waiting for the answer that tells its
 * order id. Orders that the gateway did not make wait for ever in vain, so the store gives up on an event after a time of its own.
 */
export interface WebhookInbox {
  /**
   * One transaction: the event's row, and with its payment found also the merged status, the timeline's entry, the queued lookup and the
   * wake-up of those who watch. Throws StoreUnavailableError; nothing is written then, and the provider sends the event again.
   */
  receive(event: InboxEvent): Promise<ReceiptOfEvent>;
  /** Gives waiting events to payments that can be found by now, each as `receive` would have done. Returns how many found one. Settling a payment does the same for the events of its order. */
  sweep(): Promise<number>;
  /**
   * Events that wait for longer than the given time for a payment whose id is one of a gateway's: the store has lost its row. Each is given
   * out once, over all replicas.
   */
  takeUnknown(waitedForMs: number): Promise<UnknownPaymentEvent[]>;
}

/** An event of a payment that the store does not have. */
export interface UnknownPaymentEvent {
  readonly eventId: string;
  readonly paymentId: string;
  readonly orderId: string | null;
}

export type ReceiptOfEvent =
  /** Written down, and its payment (if it concerns any) has the update or will be looked up. */
  | 'stored'
  /**
   * Stored, and its payment, which had failed by the provider's word or was concluded to have, is charged or may be after all. Its client was
   * told to use a new key, so the payer may be charged twice: the payment is left to a person.
   */
  | 'overruled'
  /** Written down without a payment; see above. */
  | 'waiting'
  /** An event of this id was written down before. Nothing happened now. */
  | 'duplicate'
  /**
   * Written down, and its payment left to a person: it speaks of another order than the one that the payment already has. The payer may have
   * been charged by both.
   */
  | 'contested';

/** What is kept of an event: all that a match needs, now or later, and nothing of its body beyond that. No e-mail addresses, no card details. */
export interface InboxEvent {
  /** The provider's id, unique: 1 to 255 visible ASCII characters. */
  readonly id: string;
  /** As the provider writes it (`order.succeeded`), known or not: 1 to 255 visible ASCII characters. */
  readonly type: string;
  /** When it happened, by the provider; milliseconds since the Unix epoch. */
  readonly occurredAtMs: number;
  /** When it arrived here; milliseconds since the Unix epoch. */
  readonly receivedAtMs: number;
  readonly match: EventMatch;
  /** What the payment learns, ready to be merged however late. Null where the event says nothing that can be believed or that a payment shows. */
  readonly update: PaymentUpdate | null;
  /** Whether the provider is to be asked about the payment, because the event does not tell enough or can't be believed. */
  readonly asksLookup: boolean;
}

/** What an event may find its payment by, in this order. Ids of at most 255 visible ASCII characters. */
export interface EventMatch {
  readonly orderId: string | null;
  readonly gatewayPaymentId: string | null;
  readonly merchantReferenceId: string | null;
}
