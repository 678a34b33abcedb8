import { toMajorNumber } from './amount.js';
import type { Order } from './order.js';

export type WireOrder = ReturnType<typeof toWireOrder>;

/**
 * Times are in milliseconds, amounts in major units. An absent reference is the string "null", as
 * with the provider.
 */
export function toWireOrder(order: Order) {
  const { request, failure } = order;
  return {
    orderId: order.orderId,
    type: 'onetime',
    merchantReferenceId: request.merchantReferenceId ?? 'null',
    invoiceId: null,
    customerId: request.customer.customerId,
    customerEmail: request.customer.customerEmail,
    productId: request.productId,
    priceId: request.priceId,
    sessionId: order.sessionId,
    createTime: order.createTimeMs,
    paymentTime: order.paymentTimeMs,
    priceDataList: request.lines.length === 0 ? null : request.lines,
    paymentMethod: toPaymentMethod(order),
    paymentExecutionDetails: null,
    amountSubtotal: toMajorNumber(request.price),
    amountTotal: toMajorNumber(request.total),
    originalCurrency: request.price.currency,
    paymentCurrency: request.total.currency,
    status: order.status as string,
    failureCode: failure?.code ?? null,
    failureMessage: failure?.message ?? null,
    metadata: order.hidesMetadata ? {} : request.metadata,
    riskLevel: 'LOW',
  };
}

function toPaymentMethod({ request: { paymentMethodType, paymentInstrumentId } }: Order) {
  const isCard = paymentMethodType === 'CARD';
  return {
    paymentMethodType,
    paymentInstrumentId,
    cardScheme: isCard ? 'Visa' : null,
    cardLastFour: isCard ? '4242' : null,
    issuerRegion: isCard ? 'USA' : null,
    issuerBank: isCard ? 'SANDBOX BANK' : null,
    wallet: isCard ? null : { accountTag: 'sandbox-payer' },
  };
}
