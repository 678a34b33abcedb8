import { isCleanLookup, type OrderLookup, type ProviderOrder } from '../ports/order-provider.js';
import type { Payment } from '../model/payment.js';
import { STANDING_RANKS } from '../model/status.js';

/** What a lookup at the provider says about one payment. */
export type LookupResult =
  /** The order is this payment's. */
  | { readonly kind: 'matched'; readonly order: ProviderOrder }
  /** Several orders bear this payment's id: the payer may have been charged more than once. `order` is the one furthest on. */
  | { readonly kind: 'chargedTwice'; readonly order: ProviderOrder; readonly orderIds: readonly string[] }
  /** Orders bear the caller's reference but not our metadata: they may be this payment's or another's, so a person has to say. */
  | { readonly kind: 'ambiguous'; readonly orderIds: readonly string[] }
  /** The lookup shows no order that may be this payment's. Only a clean one proves that there is none: it shows every order that was ambiguous before to be somebody else's. */
  | { readonly kind: 'absent'; readonly clean: boolean }
  | { readonly kind: 'unavailable'; readonly reason: string };

export type LookedUpPayment = Pick<Payment, 'id' | 'orderId' | 'merchantReferenceId' | 'referenceIsOurs'>;

/** What is known of a payment's orders besides the lookup. Ids of orders. */
export interface KnownOrders {
  /** Earlier lookups showed them to be perhaps this payment's. */
  readonly onceAmbiguous: readonly string[];
  /** The provider told other payments of ours that they are theirs. */
  readonly ofOthers: ReadonlySet<string>;
  /** All orders of the payment's customer, where asked for: they show it under any reference. */
  readonly ofCustomer: OrderLookup | null;
}

/**
 * Matches by the payment id in the order's metadata, by the order id where it is known, or by a reference that the gateway made.
 * A reference of the caller's own proves nothing: the provider lets any number of orders share it.
 */
export function classifyLookup(payment: LookedUpPayment, lookup: OrderLookup, known: KnownOrders): LookupResult {
  if (lookup.kind === 'unavailable') return { kind: 'unavailable', reason: lookup.reason };
  const own = [...findOwn(payment, lookup), ...findOwn(payment, known.ofCustomer)];
  const [first] = own;
  if (first !== undefined) return toMatch(first, own);
  const ambiguous = findUnnamed(payment, lookup).filter((orderId) => !known.ofOthers.has(orderId));
  if (ambiguous.length > 0) return { kind: 'ambiguous', orderIds: ambiguous };
  const clean =
    isCleanLookup(lookup, payment.merchantReferenceId) &&
    known.ofCustomer?.kind !== 'unavailable' &&
    showsAll(lookup.orders, known.onceAmbiguous);
  return { kind: 'absent', clean };
}

/**
 * Where a lookup by a caller's own reference shows nothing of the payment: the provider may keep it in
 * another form, and the customer's orders show the payment's id all the same.
 */
export function isWorthAskingByCustomer(payment: LookedUpPayment, lookup: OrderLookup): boolean {
  const isByReference = !payment.referenceIsOurs && payment.orderId === null;
  return isByReference && lookup.kind === 'found' && findOwn(payment, lookup).length === 0;
}

/** Orders that bear the caller's reference and nobody's payment id: ambiguous, unless another payment is known to have them. */
export function findUnnamed(payment: LookedUpPayment, lookup: OrderLookup): string[] {
  if (lookup.kind === 'unavailable' || payment.referenceIsOurs || payment.orderId !== null) return [];
  return lookup.orders.flatMap(({ orderId, gatewayPaymentId, merchantReferenceId }) =>
    gatewayPaymentId === null && merchantReferenceId === payment.merchantReferenceId ? [orderId] : [],
  );
}

/**
 * Where no order is ambiguous any more, one that is shown is somebody else's. One that was ambiguous and is not shown may still be this
 * payment's, and a lookup that does not show what exists proves nothing.
 */
function showsAll(orders: readonly ProviderOrder[], onceAmbiguous: readonly string[]): boolean {
  const shown = new Set(orders.map(({ orderId }) => orderId));
  return onceAmbiguous.every((orderId) => shown.has(orderId));
}

function findOwn(payment: LookedUpPayment, lookup: OrderLookup | null): ProviderOrder[] {
  return lookup?.kind === 'found' ? lookup.orders.filter((order) => isOwn(payment, order)) : [];
}

function isOwn(payment: LookedUpPayment, order: ProviderOrder): boolean {
  if (order.gatewayPaymentId !== null) return order.gatewayPaymentId === payment.id;
  if (payment.orderId !== null) return order.orderId === payment.orderId;
  return payment.referenceIsOurs && order.merchantReferenceId === payment.merchantReferenceId;
}

function toMatch(first: ProviderOrder, own: readonly ProviderOrder[]): LookupResult {
  const order = own.reduce((furthest, next) => (rankOf(next) > rankOf(furthest) ? next : furthest), first);
  const orderIds = [...new Set(own.map(({ orderId }) => orderId))];
  return orderIds.length === 1 ? { kind: 'matched', order } : { kind: 'chargedTwice', order, orderIds };
}

function rankOf({ state }: ProviderOrder): number {
  return state === null ? 0 : STANDING_RANKS[state];
}
