import type { OrderLookup, OrderProvider } from '../ports/order-provider.js';
import type { Payment } from '../model/payment.js';
import type { DuePayment, ReconciliationStore } from '../ports/reconciliation-store.js';
import { findUnnamed, isWorthAskingByCustomer, classifyLookup, type LookupResult } from './classify-lookup.js';

interface LookUpDeps {
  readonly orders: OrderProvider;
  readonly reconciliation: ReconciliationStore;
}

export async function lookUpPayment(
  { payment, ambiguousOrderIds }: Pick<DuePayment, 'payment' | 'ambiguousOrderIds'>,
  { orders, reconciliation }: LookUpDeps,
): Promise<LookupResult> {
  const lookup = await lookUp(payment, orders);
  const { customerId } = payment.customer;
  const asksCustomer = customerId !== null && isWorthAskingByCustomer(payment, lookup);
  const ofCustomer = asksCustomer ? await orders.findOrdersByCustomer(customerId) : null;
  const nameless = findUnnamed(payment, lookup);
  const owners = nameless.length === 0 ? [] : await reconciliation.findHolders(nameless);
  const ofOthers = new Set(nameless.filter((_orderId, index) => (owners[index] ?? payment.id) !== payment.id));
  return classifyLookup(payment, lookup, { onceAmbiguous: ambiguousOrderIds, ofOthers, ofCustomer });
}

function lookUp(payment: Payment, orders: OrderProvider): Promise<OrderLookup> {
  return payment.orderId === null
    ? orders.findOrdersByReference(payment.merchantReferenceId)
    : orders.findOrder(payment.orderId);
}
