import { isCleanLookup, type OrderLookup, type ProviderOrder } from '../payments/order.js';
import type { Payment } from '../payments/payment.js';
import { STANDING_RANKS } from '../payments/status.js';

/** What a lookup at the provider says about one payment. */
export type LookupVerdict =
  /** The order is this payment's. */
  | { readonly kind: 'matched'; readonly order: ProviderOrder }
  /** Several orders bear this payment's id: the payer may have been charged more than once. `order` is the one furthest on. */
  | { readonly kind: 'chargedTwice'; readonly order: ProviderOrder; readonly orderIds: readonly string[] }
  /** Orders bear the caller's reference but not our metadata: they may be this payment's or another's, so a person has to say. */
  | { readonly kind: 'ambiguous'; readonly orderIds: readonly string[] }
  /** No order is this payment's. Only a clean lookup proves it. */
  | { readonly kind: 'absent'; readonly clean: boolean }
  | { readonly kind: 'unavailable'; readonly reason: string };

export type LookedUpPayment = Pick<Payment, 'id' | 'orderId' | 'merchantReferenceId' | 'referenceIsOurs'>;

/**
 * Matches by the payment id in the order's metadata, by the order id where it is known, or by a reference that the gateway made.
 * A reference of the caller's own proves nothing: the provider lets any number of orders share it.
 */
export function judgeLookup(payment: LookedUpPayment, lookup: OrderLookup): LookupVerdict {
  if (lookup.kind === 'unavailable') return { kind: 'unavailable', reason: lookup.reason };
  const { orders } = lookup;
  const own = orders.filter((order) => isOwn(payment, order));
  const [first] = own;
  if (first !== undefined) return toMatch(first, own);
  const ambiguous = orders.filter((order) => isAmbiguous(payment, order));
  if (ambiguous.length > 0) return { kind: 'ambiguous', orderIds: ambiguous.map(({ orderId }) => orderId) };
  return { kind: 'absent', clean: isCleanLookup(lookup, payment.merchantReferenceId) };
}

function isOwn(payment: LookedUpPayment, order: ProviderOrder): boolean {
  if (order.gatewayPaymentId !== null) return order.gatewayPaymentId === payment.id;
  if (payment.orderId !== null) return order.orderId === payment.orderId;
  return payment.referenceIsOurs && order.merchantReferenceId === payment.merchantReferenceId;
}

function isAmbiguous(payment: LookedUpPayment, order: ProviderOrder): boolean {
  return (
    !payment.referenceIsOurs &&
    order.gatewayPaymentId === null &&
    order.merchantReferenceId === payment.merchantReferenceId
  );
}

function toMatch(first: ProviderOrder, own: readonly ProviderOrder[]): LookupVerdict {
  const order = own.reduce((furthest, next) => (rankOf(next) > rankOf(furthest) ? next : furthest), first);
  const orderIds = [...new Set(own.map(({ orderId }) => orderId))];
  return orderIds.length === 1 ? { kind: 'matched', order } : { kind: 'chargedTwice', order, orderIds };
}

function rankOf({ standing }: ProviderOrder): number {
  return standing === null ? 0 : STANDING_RANKS[standing];
}
