import type { AlarmDetails, AlarmName } from './alarms.js';
import type { ChargeOutcome, ChargeRequest, SendDeadline } from './payment-provider.js';
import type { PaymentListing } from './payment-list.js';
import type { Payment, PaymentEventSource } from '../model/payment.js';
import type { PaymentState } from '../model/status.js';

/** The payment provider. Never throws: whatever happens is an outcome. */
export interface PaymentProvider {
  /** Asks for the charge once. The sendDeadline is judged when the request's headers are about to be written. */
  charge(request: ChargeRequest, sendDeadline: SendDeadline): Promise<ChargeOutcome>;
}

/** Looks at payments. Every method throws StoreUnavailableError when the store can't be reached, or has more to do than it can. */
export interface PaymentReads extends PaymentListing {
  /** In the order asked, null for each that the scope named with it does not have. Another scope's payment is read as little as one that does not exist. */
  findByIds(owned: readonly OwnedId[]): Promise<(Payment | null)[]>;
  /** Likewise, in the order of the order ids. */
  findByOrderIds(scope: string, orderIds: readonly string[]): Promise<(Payment | null)[]>;
  findByIdempotencyKey(scope: string, idempotencyKey: string): Promise<Payment | null>;
}

/**
 * Where payments are kept. Each method is one atomic statement; none spans a network call to the provider.
 * Every method throws StoreUnavailableError when the store can't be reached or can't write. Its reads are for those who move a payment on.
 */
export interface PaymentStore extends PaymentReads {
  /**
   * Inserts the payment with its first event, unless the key is taken.
   * Safe to repeat with the same claim id: a claim whose answer got lost is found again, never made twice.
   */
  claim(claim: LimitedClaim): Promise<ClaimAnswer | ClaimRefusal>;
  claim(claim: NewClaim): Promise<ClaimAnswer>;
  /**
   * Takes a RELEASED payment back into PROCESSING and raises its epoch; null when it is not RELEASED any more, or its key has expired.
   * Safe to repeat with the same claim id. Counts like a new payment.
   */
  takeOver(paymentId: string, options: LimitedTakeOver): Promise<TakeOverAnswer | ClaimRefusal | null>;
  takeOver(paymentId: string, options: TakeOverOptions): Promise<TakeOverAnswer | null>;
  /**
   * Gives back a claim with which nothing was sent: PROCESSING becomes RELEASED. Only for the claim's holder; otherwise nothing
   * changes. Returns the payment as it stands then, null where there is none.
   */
  release(paymentId: string, options: ReleaseOptions): Promise<Payment | null>;
  /**
   * Merges update by the order of statuses and adds it to the timeline (a fact already there is not added again). Returns the payment as it
   * stands then. News of an order that another payment has flags both: it is merged where it proves whose order it is, and the other
   * payment loses the order; else this payment becomes UNKNOWN and is looked up. Throws PaymentLostError where the payment is not there.
   */
  record(paymentId: string, update: PaymentUpdate): Promise<Payment>;
  /** Writes a payment again that the store has lost, as it was claimed. Nothing changes where it is there. */
  restore(payment: Payment): Promise<void>;
  /** Counts one more QR code of the caller's, over all replicas; a refusal where a minute may have no more. */
  countQrRefresh(scope: string, mostPerMinute: number): Promise<ClaimRefusal | null>;
  /** Resolves when the store can take a claim now. */
  assertReady(): Promise<void>;
}

/** A payment's id, with the scope that has to be its own. */
export type OwnedId = Pick<Payment, 'id' | 'scope'>;

export type NewClaim = Pick<
  Payment,
  | 'id'
  | 'scope'
  | 'fingerprint'
  | 'requested'
  | 'paymentMethodType'
  | 'paymentInstrumentId'
  | 'merchantReferenceId'
  | 'referenceIsOurs'
  | 'productId'
  | 'customer'
  | 'metadata'
> & {
  readonly idempotencyKey: string;
  /** Random and new for each call: tells this claim from any other. */
  readonly claimId: string;
  readonly eventId: string;
  /** How long after the claim the request's headers may be written. */
  readonly sendWindowMs: number;
  /** When the claim is made, by the clock of the gateway that makes it; milliseconds since the Unix epoch. */
  readonly gatewayTimeMs: number;
};

/** A claim that is refused where there were too many lately. */
export type LimitedClaim = NewClaim & LimitedSend;

/** Whom a send is counted for. */
export type LimitedSend = Pick<Payment, 'scope' | 'paymentInstrumentId'> & { readonly mostPerMinute: MostPerMinute };

/** Payments, new or taken up again, that a minute may have, whichever replica makes them. Null: any number. */
export interface MostPerMinute {
  readonly caller: number | null;
  readonly instrument: number | null;
}

export type ClaimAnswer =
  /** `hasProviderEvent`: an event of the provider waits for a payment of this id, which was sent before and lost since: nothing may be sent. */
  | { readonly kind: 'claimed'; readonly payment: Payment; readonly hasProviderEvent: boolean }
  /** The key is taken; by which input, the fingerprint tells. */
  | { readonly kind: 'taken'; readonly payment: Payment }
  /** The key was used and has expired since. */
  | { readonly kind: 'expired'; readonly payment: Payment };

/** Too many payments of the caller or with the instrument, new or taken up again, or renewed codes of the caller; nothing was done. A key that is taken is answered as such all the same. */
export interface ClaimRefusal {
  readonly kind: 'limited';
  readonly retryAfterMs: number;
}

export type TakeOverOptions = Pick<NewClaim, 'claimId' | 'eventId' | 'sendWindowMs' | 'gatewayTimeMs'>;

/** A takeover that is refused where there were too many payments lately. */
export type LimitedTakeOver = TakeOverOptions & LimitedSend;

export type TakeOverAnswer =
  | { readonly kind: 'takenOver'; readonly payment: Payment }
  /** The wait that came with its release is not over. */
  | { readonly kind: 'tooEarly'; readonly retryAfterMs: number };

export interface ReleaseOptions {
  /** Of the claim or takeover that nothing was sent with: it tells the holder. */
  readonly claimId: string;
  readonly eventId: string;
  readonly detail: string;
  /** How long nobody may take it over. Null or absent: not at all. */
  readonly retryAfterMs?: number | null;
}

/** What somebody learned about a payment. Null fields say nothing; known fields are never overwritten by null. */
export interface PaymentUpdate {
  readonly state: PaymentState;
  readonly source: PaymentEventSource;
  /** Milliseconds since the Unix epoch: the provider's time where it gave one, else when the gateway learned it. */
  readonly providerTimeMs: number;
  /** Whether it never overrules a state of the same rank, whenever that was told: that an order was made comes before all else. */
  readonly yields?: boolean;
  /** Whether the order bears this payment's id, or the reference that the gateway made for it. */
  readonly provesOrder?: boolean;
  readonly detail: string | null;
  readonly eventId: string;
  /** Names the fact within its payment (`answer:1`, `webhook:event_01`), so that the timeline has one entry for each, however often it is told. */
  readonly dedupeKey: string;
  readonly fields: PaymentFields;
}

export type PaymentFields = Partial<
  Pick<Payment, 'orderId' | 'sessionId' | 'action' | 'amount' | 'failure' | 'rejection'> & {
    readonly customerId: string | null;
  }
>;

/** Wakes those who wait for a payment to change. May wake too often, never too rarely. */
export interface PaymentChanges {
  watch(paymentId: string): PaymentWatch;
}

export interface PaymentWatch {
  /** Resolves at the next change since the watch began or since the last call, or when the time is up. */
  changed(timeoutMs: number): Promise<void>;
  close(): void;
}

/** What operators are told. `alarm` wakes somebody. No secrets, e-mail addresses or instrument ids. */
export interface OperatorLog {
  info(event: string, details: Readonly<Record<string, string | number | null>>): void;
  alarm<Name extends AlarmName>(event: Name, details: AlarmDetails<Name>): void;
}
