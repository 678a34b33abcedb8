import { createHash } from 'node:crypto';
import type { CreatePaymentCommand } from '../model/create-payment-command.js';
import { toMajorText } from '../model/money.js';

/**
 * SHA-256 (lower-case hex) of the canonical input: the same exactly where the same charge is asked
 * for, in any order of fields and metadata, blank or absent, as 1.0 or as 1.00.
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
