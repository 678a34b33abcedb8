import { isCleanLookup, type OrderLookup, type ProviderOrder } from '../ports/order-provider.js';
import type { Payment } from '../model/payment.js';
import { STATE_RANKS } from '../model/status.js';

export type LookupResult =
  | { readonly kind: 'matched'; readonly order: ProviderOrder }
  /** Several orders bear this payment's id; `order` is the one furthest on. */
  | { readonly kind: 'chargedTwice'; readonly order: ProviderOrder; readonly orderIds: readonly string[] }
  /** Orders bear the caller's reference but not our metadata: this payment's or another's. */
  | { readonly kind: 'ambiguous'; readonly orderIds: readonly string[] }
  /** No order may be this payment's. Only a clean lookup proves it; it shows every order that was ambiguous before. */
  | { readonly kind: 'absent'; readonly clean: boolean }
  | { readonly kind: 'unavailable'; readonly reason: string };

export type LookedUpPayment = Pick<Payment, 'id' | 'orderId' | 'merchantReferenceId' | 'referenceIsOurs'>;

/** Ids of orders: `onceAmbiguous` may be this payment's by earlier lookups, `ofOthers` are other payments'. */
export interface KnownOrders {
  readonly onceAmbiguous: readonly string[];
  readonly ofOthers: ReadonlySet<string>;
  readonly ofCustomer: OrderLookup | null;
}

/**
 * Matches by the payment id in the metadata, by a known order id, or by a reference that the
 * gateway made. The provider lets any number of orders share a caller's own reference.
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

/** The provider may keep a caller's own reference in another form; the customer's orders show the payment's id then. */
export function isWorthAskingByCustomer(payment: LookedUpPayment, lookup: OrderLookup): boolean {
  const isByReference = !payment.referenceIsOurs && payment.orderId === null;
  return isByReference && lookup.kind === 'found' && findOwn(payment, lookup).length === 0;
}

export function findUnnamed(payment: LookedUpPayment, lookup: OrderLookup): string[] {
  if (lookup.kind === 'unavailable' || payment.referenceIsOurs || payment.orderId !== null) return [];
  return lookup.orders.flatMap(({ orderId, gatewayPaymentId, merchantReferenceId }) =>
    gatewayPaymentId === null && merchantReferenceId === payment.merchantReferenceId ? [orderId] : [],
  );
}

/** An order that was ambiguous and is not shown may be this payment's: the lookup does not show all that exists. */
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
  return state === null ? 0 : STATE_RANKS[state];
}
