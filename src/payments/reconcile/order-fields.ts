import { toDeclineFailure } from '../model/decline.js';
import type { OrderState, ProviderOrder } from '../ports/order-provider.js';
import type { PaymentFields } from '../ports/payment-update.js';

/** The state is not the order's own: an event's type says more than the status of the order in it. */
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
