import type { WalletQrAction } from '../model/action.js';
import type { NeverSentReason, TurnedAwayReason, UnknownOutcomeReason } from './payment-provider.js';
import type { Money } from '../model/money.js';
import type { ProviderRejection } from '../model/payment.js';
import type { PaymentState } from '../model/status.js';

/** What the provider can be asked about orders that exist. Never throws; every call is made once, and whoever calls may repeat it. */
export interface OrderProvider {
  /** Every order that the provider lists under our reference. The provider's filter is not trusted: see `isCleanLookup`. */
  findOrdersByReference(reference: string): Promise<OrderLookup>;
  /** Every order that the provider lists for its customer, whatever became of their references. */
  findOrdersByCustomer(customerId: string): Promise<OrderLookup>;
  /** One order or, where the provider says that it has none by that id, an empty and complete lookup. */
  findOrder(orderId: string): Promise<OrderLookup>;
  /** Asks for a fresh QR code of an order that waits for its wallet. */
  refreshWalletQr(orderId: string): Promise<QrRefreshOutcome>;
}

/** An order as the provider keeps it. Times are milliseconds since the Unix epoch. */
export interface ProviderOrder {
  readonly orderId: string;
  /** Null where absent, blank, or the word "null", which the provider writes for an absent one. */
  readonly merchantReferenceId: string | null;
  /** The payment id that the gateway put into the order's metadata; null on orders that lack it. */
  readonly gatewayPaymentId: string | null;
  /** Null for a status that the gateway does not know: the order exists, but nothing may be concluded about its outcome. */
  readonly state: OrderState | null;
  readonly failureCode: string | null;
  readonly failureMessage: string | null;
  /** What is charged, in the currency of the charge, which may differ from the one that was asked in. */
  readonly amount: Money | null;
  readonly createdAtMs: number | null;
  /** When success or failure was reached. */
  readonly paidAtMs: number | null;
  readonly sessionId: string | null;
  readonly customerId: string | null;
  readonly paymentInstrumentId: string | null;
  /** As the provider writes it; may be a method that the gateway does not offer. */
  readonly paymentMethodType: string | null;
}

export type OrderState = Extract<
  PaymentState,
  'PENDING' | 'REQUIRES_ACTION' | 'SUCCEEDED' | 'FAILED' | 'PARTIALLY_REFUNDED' | 'REFUNDED'
>;

export type OrderLookup =
  | {
      readonly kind: 'found';
      /** Each order once. */
      readonly orders: readonly ProviderOrder[];
      /** Whether all pages were read and every row was an order: without it, an order that is not here may exist all the same. */
      readonly complete: boolean;
    }
  | { readonly kind: 'unavailable'; readonly reason: ProviderSilence };

/** Why the provider told nothing. */
export type ProviderSilence = TurnedAwayReason | NeverSentReason | UnknownOutcomeReason;

export type QrRefreshOutcome =
  | { readonly kind: 'refreshed'; readonly action: WalletQrAction }
  /** The provider has no QR code to renew: paid, failed, or of another method. */
  | { readonly kind: 'refused'; readonly rejection: ProviderRejection }
  | { readonly kind: 'unavailable'; readonly reason: ProviderSilence };

/**
 * Whether a lookup proves what it does not show: complete, every order bears the reference that was asked for, so the filter worked, and
 * the reference is one that the provider has no reason to keep in another form.
 */
export function isCleanLookup(lookup: OrderLookup, reference: string): boolean {
  return (
    lookup.kind === 'found' &&
    lookup.complete &&
    reference === reference.trim().normalize() &&
    lookup.orders.every(({ merchantReferenceId }) => merchantReferenceId === reference)
  );
}
