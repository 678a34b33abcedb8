import { createHash } from 'node:crypto';
import type { CreatePaymentCommand } from '../model/create-payment-command.js';
import { toMajorText } from '../model/money.js';

/**
 * SHA-256 (lower-case hex) of the canonical input, the same for two inputs exactly when they ask for the same charge:
 * the order of fields and of metadata, absent against blank, and 1.0 against 1.00 make no difference.
 */
export function fingerprintOf(command: CreatePaymentCommand): string {
  return createHash('sha256')
    .update(JSON.stringify(toCanonical(command)))
    .digest('hex');
}

/** Without the idempotency key. Append a new field of the input only when present: old fingerprints stay good. */
function toCanonical(command: CreatePaymentCommand): unknown[] {
  const { price } = command;
  return [
    command.customerId,
    command.customerEmail,
    command.referenceCustomerId,
    price.kind === 'catalogue'
      ? [price.kind, price.priceId, price.productId]
      : [price.kind, toMajorText(price.money), price.money.currency],
    command.paymentCurrency,
    command.priceDataList.map((line) => [line.name, line.unitAmount, line.quantity, line.currency, line.imageUrl]),
    command.paymentInstrumentId,
    command.paymentMethodType,
    command.returnUrl,
    command.merchantReferenceId,
    command.promotionCode,
    command.metadata.map(({ key, value }) => [key, value]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    command.platformType,
    command.deviceType,
  ];
}
