import type { PaymentAction } from '../model/action.js';
import type { CreatePaymentCommand } from '../model/create-payment-command.js';
import type { ProviderDecline } from '../model/decline.js';
import type { Money } from '../model/money.js';
import type { PaymentCustomer, ProviderRejection } from '../model/payment.js';

/** Asks for the charge once. Never throws: every failure is an outcome. */
export interface PaymentProvider {
  charge(request: ChargeRequest, sendDeadline: SendDeadline): Promise<ChargeOutcome>;
}

export interface ChargeRequest {
  readonly paymentId: string;
  readonly merchantReferenceId: string;
  readonly command: CreatePaymentCommand;
}

/** Until when the request's headers may be written; `remainingMs` is 0 or less once it has passed. */
export interface SendDeadline {
  hasPassed(): boolean;
  remainingMs(): number;
}

export type ChargeOutcome =
  | { readonly kind: 'answered'; readonly answer: ChargeAnswer }
  /** A code in the published refusal table: certainly not charged, and the same input would be refused again. */
  | { readonly kind: 'refused'; readonly rejection: ProviderRejection }
  /** The provider did not look at the request: certainly not charged, and the same input may pass later. */
  | { readonly kind: 'turnedAway'; readonly reason: TurnedAwayReason; readonly retryAfterMs: number | null }
  | { readonly kind: 'neverSent'; readonly reason: NeverSentReason; readonly retryAfterMs: number | null }
  /** Sent, and no answer that could be read: it may have been charged. */
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

/** Checked. `action` is null also where the provider's could not be used, which `actionProblem` explains. */
export interface ChargeAnswer {
  readonly state: 'paid' | 'pending' | 'declined' | 'actionRequired';
  readonly orderId: string;
  readonly sessionId: string | null;
  readonly paymentInstrumentId: string | null;
  readonly customer: Partial<PaymentCustomer>;
  readonly action: PaymentAction | null;
  readonly actionProblem: string | null;
  readonly amount: Money | null;
  readonly failure: ProviderDecline | null;
}
