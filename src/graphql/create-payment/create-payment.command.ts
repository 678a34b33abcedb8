import type { CreatePaymentCommand, PriceLine } from '../../payments/model/create-payment-command.js';
import { parseDecimal, toCanonicalText } from '../../payments/model/decimal.js';
import { parseMoney } from '../../payments/model/money.js';
import { presentText, toOneLine } from '../input/text.js';
import type { CreatePaymentInput } from './create-payment.input.js';
import type { PriceDataInput } from './price-data.input.js';

/** What a valid input asks for: blanks become null, amounts become exact, names of lines have one line, everything else stays as it was given. Throws on an input that breaks the rules. */
export function toCommand(input: CreatePaymentInput): CreatePaymentCommand {
  return {
    idempotencyKey: input.idempotencyKey,
    customerId: presentText(input.customerId),
    customerEmail: presentText(input.customerEmail),
    referenceCustomerId: presentText(input.referenceCustomerId),
    price: toPrice(input),
    paymentCurrency: presentText(input.paymentCurrency),
    priceDataList: (input.priceDataList ?? []).map(toLine),
    paymentInstrumentId: input.paymentInstrumentId,
    paymentMethodType: input.paymentMethodType,
    returnUrl: input.returnUrl,
    merchantReferenceId: presentText(input.merchantReferenceId),
    promotionCode: presentText(input.promotionCode),
    metadata: (input.metadata ?? []).map(({ key, value }) => ({ key, value })),
    platformType: input.platformType ?? null,
    deviceType: input.deviceType ?? null,
  };
}

function toPrice({ priceId, productId, amount, currency }: CreatePaymentInput): CreatePaymentCommand['price'] {
  const catalogue = { priceId: presentText(priceId), productId: presentText(productId) };
  if (catalogue.priceId !== null && catalogue.productId !== null)
    return { kind: 'catalogue', priceId: catalogue.priceId, productId: catalogue.productId };
  const money = parseMoney(amount ?? '', currency ?? '');
  if (money === null) throw new Error('a valid input has a price');
  return { kind: 'direct', money };
}

function toLine({ name, unitAmount, quantity, currency, imageUrl }: PriceDataInput): PriceLine {
  const decimal = parseDecimal(unitAmount);
  if (decimal === null) throw new Error('a valid line has a unitAmount');
  return {
    // Here and not on the way to the provider: what is one name there has to be one fingerprint.
    name: toOneLine(name),
    unitAmount: toCanonicalText(decimal),
    quantity,
    currency: presentText(currency),
    imageUrl: presentText(imageUrl),
  };
}
