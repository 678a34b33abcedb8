import type { Payment } from '../model/payment.js';
import type { PaymentReads } from './payment-reads.js';
import type { PaymentUpdate } from './payment-update.js';

/**
 * Where payments are kept. Each method is one atomic statement; none spans a network call to the provider.
 * Every method throws StoreUnavailableError when the store can't be reached or can't write.
 */
export interface PaymentStore extends PaymentReads {
  /**
   * Inserts the payment with its first event, unless the key is taken.
   * Safe to repeat with the same claim id: a claim whose answer got lost is found again, never made twice.
   */
  claim(claim: NewClaim): Promise<ClaimAnswer | ClaimRefusal>;
  /**
   * Takes a RELEASED payment back into PROCESSING and raises its epoch; null when it is not RELEASED any more,
   * or its key has expired. Safe to repeat with the same claim id. Counts like a new payment.
   */
  takeOver(paymentId: string, options: TakeOverOptions): Promise<TakeOverAnswer | ClaimRefusal | null>;
  /**
   * Gives back a claim with which nothing was sent: PROCESSING becomes RELEASED, where the claim id holds it.
   * Returns the payment as it is then, null where there is none.
   */
  release(paymentId: string, options: ReleaseOptions): Promise<Payment | null>;
  /**
   * Merges an update by the order of states, adds it to the timeline once, and returns the payment as it is then.
   * An update with another payment's order flags both payments. It is merged where it proves whose order it is, and
   * the other payment loses the order; else this payment becomes UNKNOWN and is looked up.
   * Throws PaymentLostError where the payment is not there.
   */
  record(paymentId: string, update: PaymentUpdate): Promise<Payment>;
  /** Writes a payment again that the store has lost, as it was claimed. Changes nothing where it is there. */
  restore(payment: Payment): Promise<void>;
  /** Counts one more QR code of the caller's, over all replicas; a refusal where a minute may have no more. */
  countQrRefresh(scope: string, mostPerMinute: number): Promise<ClaimRefusal | null>;
  /** Resolves when the store can take a claim now. */
  assertReady(): Promise<void>;
}

/** A claim that is refused where there were too many lately. */
export type NewClaim = LimitedSend &
  Pick<
    Payment,
    | 'id'
    | 'fingerprint'
    | 'requested'
    | 'paymentMethodType'
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
    /** The wall clock of the gateway that makes the claim; milliseconds since the Unix epoch. */
    readonly gatewayTimeMs: number;
  };

/** A takeover that is refused where there were too many payments lately. */
export type TakeOverOptions = LimitedSend & Pick<NewClaim, 'claimId' | 'eventId' | 'sendWindowMs' | 'gatewayTimeMs'>;

/** Whom a send is counted for. */
export type LimitedSend = Pick<Payment, 'scope' | 'paymentInstrumentId'> & { readonly mostPerMinute: MostPerMinute };

/** Sends, first ones and takeovers, that a minute may have over all replicas. Null: any number. */
export interface MostPerMinute {
  readonly caller: number | null;
  readonly instrument: number | null;
}

export type ClaimAnswer =
  /** `hasProviderEvent`: a provider event tells of this payment, so it was sent before and lost. Nothing may be sent. */
  | { readonly kind: 'claimed'; readonly payment: Payment; readonly hasProviderEvent: boolean }
  /** The key is taken; by which input, the fingerprint tells. */
  | { readonly kind: 'taken'; readonly payment: Payment }
  /** The key was used and has expired since. */
  | { readonly kind: 'expired'; readonly payment: Payment };

/** Too many sends or QR codes within a minute: nothing was done. A taken key is answered as such all the same. */
export interface ClaimRefusal {
  readonly kind: 'limited';
  readonly retryAfterMs: number;
}

export type TakeOverAnswer =
  | { readonly kind: 'takenOver'; readonly payment: Payment }
  /** The wait that came with its release is not over. */
  | { readonly kind: 'tooEarly'; readonly retryAfterMs: number };

export interface ReleaseOptions {
  /** Of the claim or takeover that nothing was sent with. */
  readonly claimId: string;
  readonly eventId: string;
  readonly detail: string;
  /** How long no call may take it over. Null or absent: not at all. */
  readonly retryAfterMs?: number | null;
}
