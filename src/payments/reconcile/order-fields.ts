import { toDeclineFailure } from '../create-payment/charge-update.js';
import type { OrderStanding, ProviderOrder } from '../ports/order-provider.js';
import type { PaymentFacts } from '../ports/payment-store.js';

/**
 * What a payment learns from its order, whoever brought it. The standing is the bringer's: an event's own type says more than the
 * status of the order in it. Orders carry no action.
 */
export function toOrderFacts(order: ProviderOrder, standing: OrderStanding): PaymentFacts {
  const told = { code: order.failureCode, message: order.failureMessage };
  return {
    orderId: order.orderId,
    sessionId: order.sessionId,
    customerId: order.customerId,
    amount: order.amount,
    failure: standing === 'FAILED' ? toDeclineFailure(told) : null,
  };
}
