import type { ChargeRequest } from '../../payments/ports/payment-provider.js';
import type { CreatePaymentCommand, PriceLine } from '../../payments/model/create-payment-command.js';
import { toMajorText } from '../../payments/model/money.js';
import { toPlainUrl } from '../../shared/net/url.js';

/** The metadata key of an order that names its payment; callers can't set it, as the prefix is reserved. */
export const GATEWAY_PAYMENT_ID_KEY = 'gateway_payment_id';

const DEVICE_TYPES = { ANDROID: 'Android', IOS: 'iOS' } as const;

export function toPaymentBody(request: ChargeRequest): string {
  const { command } = request;
  const { deviceType } = command;
  return JSON.stringify({
    ...present('customerId', command.customerId),
    ...present('customerEmail', command.customerEmail),
    ...present('referenceCustomerId', command.referenceCustomerId),
    ...toPrice(command.price),
    ...present('paymentCurrency', command.paymentCurrency),
    ...(command.priceDataList.length > 0 && { priceDataList: command.priceDataList.map(toLine) }),
    paymentInstrumentId: command.paymentInstrumentId,
    paymentMethodType: command.paymentMethodType,
    returnUrl: toPlainUrl(command.returnUrl),
    merchantReferenceId: request.merchantReferenceId,
    ...present('promotionCode', command.promotionCode),
    metadata: toMetadata(request),
    ...present('platformType', command.platformType),
    ...present('deviceType', deviceType === null ? null : DEVICE_TYPES[deviceType]),
  });
}

function toPrice(price: CreatePaymentCommand['price']) {
  return price.kind === 'catalogue'
    ? { priceId: price.priceId, productId: price.productId }
    : { amount: toJsonNumber(toMajorText(price.money)), currency: price.money.currency };
}

function toLine(line: PriceLine) {
  return {
    name: line.name,
    unitAmount: toJsonNumber(line.unitAmount),
    quantity: line.quantity,
    ...present('currency', line.currency),
    ...present('imageUrl', line.imageUrl === null ? null : toPlainUrl(line.imageUrl)),
  };
}

/** Built from entries: assigning the key `__proto__` would lose it. */
function toMetadata({ paymentId, command }: ChargeRequest) {
  const entries = command.metadata.map(({ key, value }) => [key, value] as const);
  return Object.fromEntries([...entries, [GATEWAY_PAYMENT_ID_KEY, paymentId]]);
}

function toJsonNumber(text: string): number {
  return Number(text);
}

function present<K extends string>(name: K, value: string | null) {
  return value === null ? {} : { [name]: value };
}
