import { toDeclineFailure } from '../model/decline.js';
import type { OrderState, ProviderOrder } from '../ports/order-provider.js';
import type { PaymentFields } from '../ports/payment-update.js';

/**
 * What a payment learns from its order, whoever brought it. The state is the bringer's: an event's own type says more than the
 * status of the order in it. Orders carry no action.
 */
export function toOrderFields(order: ProviderOrder, state: OrderState): PaymentFields {
  const decline = { code: order.failureCode, message: order.failureMessage };
  return {
    orderId: order.orderId,
    sessionId: order.sessionId,
    customerId: order.customerId,
    amount: order.amount,
    failure: state === 'FAILED' ? toDeclineFailure(decline) : null,
  };
}
