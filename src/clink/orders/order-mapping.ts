import type { OrderState, ProviderOrder } from '../../payments/ports/order-provider.js';
import { GATEWAY_PAYMENT_ID_KEY } from '../charge/charge-request.js';
import { toMoney } from '../wire/provider-amount.js';
import { parseProviderJson } from '../wire/provider-json.js';
import { toProviderText } from '../wire/provider-text.js';
import { asEpochMs, asId, asObject, asText, asWritten, type WireObject } from '../wire/wire-values.js';

/** An order that was only just created tells nothing yet, so a payer's step that was told meanwhile stays. */
const STANDINGS: ReadonlyMap<string, OrderState> = new Map([
  ['pending', 'PENDING'],
  ['requires_action', 'REQUIRES_ACTION'],
  ['success', 'SUCCEEDED'],
  ['failed', 'FAILED'],
  ['partial_refunded', 'PARTIALLY_REFUNDED'],
  ['refunded', 'REFUNDED'],
]);

/** Reads an order; null for what has no order id. The total is in the currency that was charged, not in the one that was asked in. */
export function toProviderOrder(row: unknown): ProviderOrder | null {
  const order = asObject(row);
  const orderId = asId(order?.orderId);
  if (order === null || orderId === null) return null;
  const method = asObject(order.paymentMethod) ?? {};
  return {
    orderId,
    merchantReferenceId: asWritten(order.merchantReferenceId),
    gatewayPaymentId: gatewayPaymentIdOf(order),
    state: STANDINGS.get(asText(order.status)?.trim().toLowerCase() ?? '') ?? null,
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

/** The payment of ours that an order, or what belongs to one, names in its metadata. */
export function gatewayPaymentIdOf({ metadata }: WireObject): string | null {
  return asId(readMetadata(metadata)[GATEWAY_PAYMENT_ID_KEY]);
}

/** A map, or in old versions of the provider the JSON text of one. */
function readMetadata(metadata: unknown): WireObject {
  if (typeof metadata !== 'string') return asObject(metadata) ?? {};
  try {
    return asObject(parseProviderJson(metadata)) ?? {};
  } catch {
    return {};
  }
}
