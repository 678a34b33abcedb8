import type { OrderState, ProviderOrder } from '../../payments/ports/order-provider.js';
import { GATEWAY_PAYMENT_ID_KEY } from '../charge/charge-request.js';
import { toMoney } from '../wire/provider-amount.js';
import { parseProviderJson } from '../wire/provider-json.js';
import { toProviderText } from '../wire/provider-text.js';
import { asEpochMs, asId, asObject, asText, asWritten, type WireObject } from '../wire/wire-values.js';

/** `created` is missing on purpose: such an order says nothing yet. */
const STATES: ReadonlyMap<string, OrderState> = new Map([
  ['pending', 'PENDING'],
  ['requires_action', 'REQUIRES_ACTION'],
  ['success', 'SUCCEEDED'],
  ['failed', 'FAILED'],
  ['partial_refunded', 'PARTIALLY_REFUNDED'],
  ['refunded', 'REFUNDED'],
]);

/** Null without an order id. The amount is in the currency that was charged, not in the one asked for. */
export function toProviderOrder(row: unknown): ProviderOrder | null {
  const order = asObject(row);
  const orderId = asId(order?.orderId);
  if (order === null || orderId === null) return null;
  const method = asObject(order.paymentMethod) ?? {};
  return {
    orderId,
    merchantReferenceId: asWritten(order.merchantReferenceId),
    gatewayPaymentId: gatewayPaymentIdOf(order),
    state: STATES.get(asText(order.status)?.trim().toLowerCase() ?? '') ?? null,
    failureCode: toProviderText(order.failureCode),
    failureMessage: toProviderText(order.failureMessage),
    amount: toMoney(order.amountTotal, order.paymentCurrency),
    createdAtMs: asEpochMs(order.createTime),
    paidAtMs: asEpochMs(order.paymentTime),
    sessionId: asId(order.sessionId),
    customerId: asId(order.customerId),
    paymentInstrumentId: asId(method.paymentInstrumentId),
    paymentMethodType: asId(method.paymentMethodType),
  };
}

export function gatewayPaymentIdOf({ metadata }: WireObject): string | null {
  return asId(readMetadata(metadata)[GATEWAY_PAYMENT_ID_KEY]);
}

function readMetadata(metadata: unknown): WireObject {
  if (typeof metadata !== 'string') return asObject(metadata) ?? {};
  try {
    return asObject(parseProviderJson(metadata)) ?? {};
  } catch {
    return {};
  }
}
