import type { Payment } from '../model/payment.js';
import type { PaymentReads } from './payment-reads.js';
import type { PaymentUpdate } from './payment-update.js';

/**
 * Keeps payments. Each method is one atomic statement and throws StoreUnavailableError when the
 * store can't be reached or can't write; none spans a network call to the provider.
 */
export interface PaymentStore extends PaymentReads {
  /**
   * Inserts the payment with its first event, unless the key is taken. Safe to repeat with the same
   * claim id: a claim whose answer got lost is found again, never made twice.
   */
  claim(claim: NewClaim): Promise<ClaimAnswer | ClaimRefusal>;
  /**
   * Takes a RELEASED payment back into PROCESSING with a new epoch; null when it is not RELEASED or
   * its key has expired. Safe to repeat with the same claim id; counts like a new payment.
   */
  takeOver(paymentId: string, options: TakeOverOptions): Promise<TakeOverAnswer | ClaimRefusal | null>;
  /**
   * Gives back a claim with which nothing was sent: PROCESSING becomes RELEASED, where the claim id
   * holds it. Returns the payment as it is then, null where there is none.
   */
  release(paymentId: string, options: ReleaseOptions): Promise<Payment | null>;
  /**
   * Merges an update by the order of states, adds it to the timeline once, and returns the payment
   * as it is then. An update with another payment's order flags both payments. It is merged where
   * it proves whose order it is, and the other payment loses the order; else this payment becomes
   * UNKNOWN and is looked up. Throws PaymentLostError where the payment is not there.
   */
  record(paymentId: string, update: PaymentUpdate): Promise<Payment>;
  restore(payment: Payment): Promise<void>;
  countQrRefresh(scope: string, mostPerMinute: number): Promise<ClaimRefusal | null>;
  assertReady(): Promise<void>;
}

/** `claimId` is new and random for each call; the headers may be written for `sendWindowMs` from the claim on. */
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
    readonly claimId: string;
    readonly eventId: string;
    readonly sendWindowMs: number;
    readonly gatewayTimeMs: number;
  };

export type TakeOverOptions = LimitedSend & Pick<NewClaim, 'claimId' | 'eventId' | 'sendWindowMs' | 'gatewayTimeMs'>;

export type LimitedSend = Pick<Payment, 'scope' | 'paymentInstrumentId'> & { readonly mostPerMinute: MostPerMinute };

export interface MostPerMinute {
  readonly caller: number | null;
  readonly instrument: number | null;
}

export type ClaimAnswer =
  /** `hasProviderEvent`: a provider event tells of it, so it was sent before and lost. Nothing may be sent then. */
  | { readonly kind: 'claimed'; readonly payment: Payment; readonly hasProviderEvent: boolean }
  | { readonly kind: 'taken'; readonly payment: Payment }
  | { readonly kind: 'expired'; readonly payment: Payment };

/** Too many sends or QR codes within a minute: nothing was done. A taken key is answered as such all the same. */
export interface ClaimRefusal {
  readonly kind: 'limited';
  readonly retryAfterMs: number;
}

export type TakeOverAnswer =
  | { readonly kind: 'takenOver'; readonly payment: Payment }
  | { readonly kind: 'tooEarly'; readonly retryAfterMs: number };

export interface ReleaseOptions {
  readonly claimId: string;
  readonly eventId: string;
  readonly detail: string;
  readonly retryAfterMs?: number | null;
}
