import type { PaymentAction } from './action.js';
import type { RetryAdvice } from './errors.js';
import type { Money } from './money.js';
import type { PaymentMethodType } from './payment-method.js';
import { toPublicStatus, type PaymentState, type PaymentStatus } from './status.js';

/** One intent to charge, from the moment its key was claimed. Payments are never deleted. */
export interface Payment {
  /** `pay_…` */
  readonly id: string;
  /** Who made it: the caller that its idempotency key belongs to. */
  readonly scope: string;
  /** Null once the key has expired; only its hash is kept then. */
  readonly idempotencyKey: string | null;
  /** SHA-256 of the canonical input, lower-case hex. */
  readonly fingerprint: string;
  readonly state: PaymentState;
  /** Raised by every takeover. */
  readonly epoch: number;
  /** Names the present claim: sending and releasing need the sender's own. Unlike an epoch, a restored database never gives it twice. */
  readonly claimId: string;
  /** Whoever holds the claim may write the request's headers until then; milliseconds since the Unix epoch, database clock. */
  readonly sendBeforeMs: number;
  readonly orderId: string | null;
  readonly sessionId: string | null;
  /** The last action the provider asked for; clients see it only while the payment requires one. */
  readonly action: PaymentAction | null;
  /** When the present claim was made, by the clock of the gateway that made it. Null for payments made before it was kept. */
  readonly sentByGatewayAtMs: number | null;
  /** What the provider tells, or the requested amount as long as it has told none. Null for a catalogue price not answered yet. */
  readonly amount: Money | null;
  /** What the provider told last, whatever became of the payment. Null as long as it has told none. */
  readonly chargedAmount: Money | null;
  /** What the caller asked to charge. */
  readonly requested: RequestedAmount;
  readonly paymentMethodType: PaymentMethodType;
  readonly paymentInstrumentId: string;
  /** The reference that the provider got: the caller's, or the payment id where there was none. */
  readonly merchantReferenceId: string;
  /** Whether the gateway made that reference, so that an order that bears it can only be this payment's. */
  readonly referenceIsOurs: boolean;
  /** The provider's product of a catalogue price; null for an amount that was given directly. */
  readonly productId: string | null;
  readonly customer: PaymentCustomer;
  readonly failure: PaymentFailure | null;
  /** Set where the provider refused the request by a published code; a replay answers with it again. */
  readonly rejection: ProviderRejection | null;
  readonly metadata: readonly MetadataEntry[];
  /** Oldest first. */
  readonly timeline: readonly PaymentEvent[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** When the provider says the present state became true; milliseconds since the Unix epoch. */
  readonly providerTimeMs: number;
}

export interface RequestedAmount {
  /** Null for a catalogue price, which the provider knows. */
  readonly money: Money | null;
  /** The currency to charge in where the caller asked for another one; ISO 4217. */
  readonly chargeCurrency: string | null;
  /** Whether a promotion code may make the charge smaller. */
  readonly isDiscounted: boolean;
}

/** E-mail addresses are sent to the provider and kept nowhere. */
export interface PaymentCustomer {
  /** The provider's id, known once the caller gave it or the provider told it. */
  readonly customerId: string | null;
  /** The merchant's own id of the customer. */
  readonly referenceCustomerId: string | null;
}

export interface MetadataEntry {
  readonly key: string;
  readonly value: string;
}

/** Why a payment failed, in words for the client. */
export interface PaymentFailure {
  /** The provider's code (`card_declined`) or one of the gateway's own in upper case (`ACTION_LOST`). */
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

/** One fact in a payment's timeline. It stands there also when it came too late to change the status. */
export interface PaymentEvent {
  /** `pev_…` */
  readonly id: string;
  /** The status that this fact speaks of. */
  readonly status: PaymentStatus;
  readonly source: PaymentEventSource;
  /** Milliseconds since the Unix epoch; the provider's time where it gave one. */
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
 * An event or a lookup may tell that the payer has to act before the answer tells how. Each claim has one answer, unless it was given up: then
 * a lookup has told that nothing is known.
 */
function isActionAwaited({ state, action, failure, timeline }: Payment): boolean {
  if (state !== 'REQUIRES_ACTION' || action !== null || failure !== null) return false;
  const countFrom = (source: PaymentEventSource): number => timeline.filter((event) => event.source === source).length;
  const isGivenUp = timeline.some(({ source, status }) => source === 'RECONCILIATION' && status === 'UNKNOWN');
  return countFrom('PROVIDER_ANSWER') < countFrom('CREATE_PAYMENT') && !isGivenUp;
}
