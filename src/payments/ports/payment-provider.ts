import type { PaymentAction } from '../model/action.js';
import type { Money } from '../model/money.js';
import type { MetadataEntry, PaymentCustomer, ProviderRejection } from '../model/payment.js';
import type { PaymentMethodType } from '../model/payment-method.js';

/** A valid input of createPayment: every rule holds, blanks are gone (null), nothing else was changed. */
export interface CreatePaymentCommand {
  readonly idempotencyKey: string;
  readonly customerId: string | null;
  readonly customerEmail: string | null;
  readonly referenceCustomerId: string | null;
  readonly price: CataloguePrice | DirectAmount;
  readonly paymentCurrency: string | null;
  readonly priceDataList: readonly PriceLine[];
  readonly paymentInstrumentId: string;
  readonly paymentMethodType: PaymentMethodType;
  readonly returnUrl: string;
  readonly merchantReferenceId: string | null;
  readonly promotionCode: string | null;
  readonly metadata: readonly MetadataEntry[];
  readonly platformType: 'WEB' | 'WAP' | null;
  readonly deviceType: 'ANDROID' | 'IOS' | null;
}

export interface CataloguePrice {
  readonly kind: 'catalogue';
  readonly priceId: string;
  readonly productId: string;
}

export interface DirectAmount {
  readonly kind: 'direct';
  readonly money: Money;
}

export interface PriceLine {
  readonly name: string;
  /** Plain decimal text in major units, shortest form. */
  readonly unitAmount: string;
  readonly quantity: number;
  readonly currency: string | null;
  readonly imageUrl: string | null;
}

/** What the provider is asked to charge. */
export interface ChargeRequest {
  readonly paymentId: string;
  /** The caller's reference, or the payment id. */
  readonly merchantReferenceId: string;
  readonly command: CreatePaymentCommand;
}

/** Judged at the moment the request's headers are written: past it, nothing may be sent. */
export interface SendDeadline {
  hasPassed(): boolean;
  /** Milliseconds until it is, none or less once it is: a request that still waits for a connection then is given up. */
  remainingMs(): number;
}

/** What became of one attempt to charge. The provider's port never throws and never sends twice. */
export type ChargeOutcome =
  | { readonly kind: 'answered'; readonly answer: ChargeAnswer }
  /** A code in the published refusal table: certainly not charged, and the same input would be refused again. */
  | { readonly kind: 'refused'; readonly rejection: ProviderRejection }
  /** The provider answered that it did not look at the request: certainly not charged, the same input may pass later. */
  | { readonly kind: 'turnedAway'; readonly reason: TurnedAwayReason; readonly retryAfterMs: number | null }
  /** The request's headers were never written. */
  | { readonly kind: 'neverSent'; readonly reason: NeverSentReason; readonly retryAfterMs: number | null }
  /** It may have been charged: sent, and no answer that could be read. */
  | { readonly kind: 'unknown'; readonly reason: UnknownOutcomeReason; readonly orderId: string | null };

export type TurnedAwayReason = 'unauthorized' | 'rateLimited' | 'timestampRefused';
export type NeverSentReason = 'connectFailed' | 'breakerOpen' | 'tooLate' | 'shutDown';
export type UnknownOutcomeReason =
  | 'timeout'
  | 'connectionLost'
  | 'sentBefore'
  | 'serverError'
  | 'malformedAnswer'
  | 'unlistedCode'
  | 'bodyTooLarge'
  | 'redirected';

/** The provider's verdict, parsed and checked. */
export interface ChargeAnswer {
  readonly state: 'paid' | 'pending' | 'declined' | 'actionRequired';
  readonly orderId: string;
  readonly sessionId: string | null;
  readonly paymentInstrumentId: string | null;
  readonly customer: Partial<PaymentCustomer>;
  /** Null also where an action is required but the provider's could not be used: `actionProblem` says why then. */
  readonly action: PaymentAction | null;
  readonly actionProblem: string | null;
  readonly amount: Money | null;
  readonly failure: { readonly code: string | null; readonly message: string | null } | null;
}
