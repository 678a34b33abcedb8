import { createHash } from 'node:crypto';
import { convert, fromMajorNumber, type Amount } from '../orders/amount.js';
import { priceOf } from '../orders/catalogue.js';
import type { PaymentRequest, PriceLine, RequestCustomer } from '../orders/payment-request.js';
import { isJsonObject, textField, type JsonObject } from '../json-object.js';
import { AMOUNT_INCORRECT, type Refusal } from './envelope.js';
import { findRefusal } from './payment.checks.js';

type ParsedPayment =
  | { readonly kind: 'accepted'; readonly request: PaymentRequest }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export function parsePayment(body: JsonObject): ParsedPayment {
  const refusal = findRefusal(body);
  if (refusal !== null) return { kind: 'refused', refusal };
  const price = readPrice(body);
  return price === null
    ? { kind: 'refused', refusal: AMOUNT_INCORRECT }
    : { kind: 'accepted', request: toRequest(body, price) };
}

function toRequest(body: JsonObject, price: Amount): PaymentRequest {
  return {
    paymentInstrumentId: String(body.paymentInstrumentId),
    paymentMethodType: String(body.paymentMethodType),
    returnUrl: String(body.returnUrl),
    customer: readCustomer(body),
    price,
    total: convert(price, textField(body, 'paymentCurrency') ?? price.currency),
    priceId: textField(body, 'priceId'),
    productId: textField(body, 'productId'),
    lines: readLines(body.priceDataList),
    merchantReferenceId: textField(body, 'merchantReferenceId'),
    metadata: isJsonObject(body.metadata) ? (body.metadata as Record<string, string>) : {},
  };
}

function readPrice(body: JsonObject): Amount | null {
  const priceId = textField(body, 'priceId');
  return priceId === null ? fromMajorNumber(Number(body.amount), String(body.currency)) : priceOf(priceId);
}

/** An identifier always stands for the same customer: a missing id is derived from the other identifiers. */
function readCustomer(body: JsonObject): RequestCustomer {
  const customerEmail = textField(body, 'customerEmail');
  const named = textField(body, 'referenceCustomerId') ?? customerEmail?.toLowerCase() ?? '';
  const made = `cus_${createHash('sha256').update(named).digest('hex').slice(0, 24)}`;
  return { customerId: textField(body, 'customerId') ?? made, customerEmail };
}

function readLines(lines: unknown): PriceLine[] {
  return (Array.isArray(lines) ? lines : []).filter(isJsonObject).map((line) => ({
    name: String(line.name),
    unitAmount: Number(line.unitAmount),
    quantity: Number(line.quantity ?? 1),
    currency: textField(line, 'currency'),
    imageUrl: textField(line, 'imageUrl'),
  }));
}
