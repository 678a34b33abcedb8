import type { WalletQrAction } from '../model/action.js';
import type { NeverSentReason, TurnedAwayReason, UnknownOutcomeReason } from './payment-provider.js';
import type { Money } from '../model/money.js';
import type { ProviderRejection } from '../model/payment.js';
import type { PaymentState } from '../model/status.js';

/**
 * Asks the provider about orders. Never throws; every call is made once and may be repeated. An
 * order id that the provider does not know gives an empty and complete lookup.
 */
export interface OrderProvider {
  findOrdersByReference(reference: string): Promise<OrderLookup>;
  findOrdersByCustomer(customerId: string): Promise<OrderLookup>;
  findOrder(orderId: string): Promise<OrderLookup>;
  refreshWalletQr(orderId: string): Promise<QrRefreshOutcome>;
}

/**
 * As the provider keeps it; times are milliseconds since the Unix epoch, the amount is what is
 * charged. The state is null for a status that the gateway does not know.
 */
export interface ProviderOrder {
  readonly orderId: string;
  readonly merchantReferenceId: string | null;
  readonly gatewayPaymentId: string | null;
  readonly state: OrderState | null;
  readonly failureCode: string | null;
  readonly failureMessage: string | null;
  readonly amount: Money | null;
  readonly createdAtMs: number | null;
  readonly paidAtMs: number | null;
  readonly sessionId: string | null;
  readonly customerId: string | null;
  readonly paymentInstrumentId: string | null;
  readonly paymentMethodType: string | null;
}

export type OrderState = Extract<
  PaymentState,
  'PENDING' | 'REQUIRES_ACTION' | 'SUCCEEDED' | 'FAILED' | 'PARTIALLY_REFUNDED' | 'REFUNDED'
>;

export type OrderLookup =
  | {
      readonly kind: 'found';
      readonly orders: readonly ProviderOrder[];
      /** Whether all pages were read and every row was an order: else an order that is not here may exist. */
      readonly complete: boolean;
    }
  | { readonly kind: 'unavailable'; readonly reason: ProviderSilence };

export type ProviderSilence = TurnedAwayReason | NeverSentReason | UnknownOutcomeReason;

export type QrRefreshOutcome =
  | { readonly kind: 'refreshed'; readonly action: WalletQrAction }
  | { readonly kind: 'refused'; readonly rejection: ProviderRejection }
  | { readonly kind: 'unavailable'; readonly reason: ProviderSilence };

/**
 * Whether what a lookup does not show does not exist: it is complete, every order bears the
 * reference (the filter worked), and nothing in the reference makes the provider keep it otherwise.
 */
export function isCleanLookup(lookup: OrderLookup, reference: string): boolean {
  return (
    lookup.kind === 'found' &&
    lookup.complete &&
    reference === reference.trim().normalize() &&
    lookup.orders.every(({ merchantReferenceId }) => merchantReferenceId === reference)
  );
}
