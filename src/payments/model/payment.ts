import type { PaymentAction } from './action.js';
import type { RetryAdvice } from './errors.js';
import type { Money } from './money.js';
import type { PaymentMethodType } from './payment-method.js';
import { toPublicStatus, type PaymentState, type PaymentStatus } from './status.js';

/** Of a payment's own id and of its order's, in characters. */
export const MAX_ID_LENGTH = 255;

/** One intent to charge. Times are milliseconds since the Unix epoch; the timeline is oldest first. */
export interface Payment {
  readonly id: string;
  readonly scope: string;
  readonly idempotencyKey: string | null;
  readonly fingerprint: string;
  readonly state: PaymentState;
  readonly epoch: number;
  readonly claimId: string;
  /** Until when the claim's holder may write the request's headers; database clock. */
  readonly sendBeforeMs: number;
  readonly orderId: string | null;
  readonly sessionId: string | null;
  readonly action: PaymentAction | null;
  /** When the present claim was made, by the gateway's clock. Null for payments made before it was kept. */
  readonly sentByGatewayAtMs: number | null;
  /** The charged amount, or the requested one until that is known. Null for a catalogue price not answered yet. */
  readonly amount: Money | null;
  readonly chargedAmount: Money | null;
  readonly requested: RequestedAmount;
  readonly paymentMethodType: PaymentMethodType;
  readonly paymentInstrumentId: string;
  readonly merchantReferenceId: string;
  /** Whether the gateway made that reference, so that an order that bears it can only be this payment's. */
  readonly referenceIsOurs: boolean;
  readonly productId: string | null;
  readonly customer: PaymentCustomer;
  readonly failure: PaymentFailure | null;
  readonly rejection: ProviderRejection | null;
  readonly metadata: readonly MetadataEntry[];
  readonly timeline: readonly PaymentEvent[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly providerTimeMs: number;
}

/** `money` is null for a catalogue price; `chargeCurrency` where the caller named no other one to charge in. */
interface RequestedAmount {
  readonly money: Money | null;
  readonly chargeCurrency: string | null;
  readonly isDiscounted: boolean;
}

/** The provider's id and the merchant's own. E-mail addresses are sent to the provider and kept nowhere. */
export interface PaymentCustomer {
  readonly customerId: string | null;
  readonly referenceCustomerId: string | null;
}

export interface MetadataEntry {
  readonly key: string;
  readonly value: string;
}

export interface PaymentFailure {
  readonly code: string;
  readonly message: string;
  readonly retry: RetryAdvice;
}

export interface ProviderRejection {
  readonly providerCode: string;
  readonly providerMessage: string | null;
}

export const PAYMENT_EVENT_SOURCES = [
  'CREATE_PAYMENT',
  'PROVIDER_ANSWER',
  'WEBHOOK',
  'RECONCILIATION',
  'QR_REFRESH',
] as const;
export type PaymentEventSource = (typeof PAYMENT_EVENT_SOURCES)[number];

export interface PaymentEvent {
  readonly id: string;
  readonly status: PaymentStatus;
  readonly source: PaymentEventSource;
  readonly occurredAtMs: number;
  readonly detail: string | null;
}

export function statusOf(payment: Payment): PaymentStatus {
  return toPublicStatus(payment.state);
}

/** Whether the provider's answer is still on its way: a replay waits for it, a bounded time. */
export function isAwaited(payment: Payment): boolean {
  return payment.state === 'PROCESSING' || payment.state === 'RELEASED' || isActionAwaited(payment);
}

/**
 * An event or a lookup may say that the payer has to act before the answer says how. Each claim has
 * one answer, unless it was given up: a lookup has left the payment UNKNOWN then.
 */
function isActionAwaited({ state, action, failure, timeline }: Payment): boolean {
  if (state !== 'REQUIRES_ACTION' || action !== null || failure !== null) return false;
  const countFrom = (source: PaymentEventSource): number => timeline.filter((event) => event.source === source).length;
  const isGivenUp = timeline.some(({ source, status }) => source === 'RECONCILIATION' && status === 'UNKNOWN');
  return countFrom('PROVIDER_ANSWER') < countFrom('CREATE_PAYMENT') && !isGivenUp;
}
