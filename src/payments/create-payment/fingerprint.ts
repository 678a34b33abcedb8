import { createHash } from 'node:crypto';
import type { CreatePaymentCommand } from '../model/create-payment-command.js';
import { toMajorText } from '../model/money.js';

/**
 * SHA-256 (lower-case hex) of the canonical input. Two inputs have one fingerprint exactly when they ask for the same charge:
 * the order of fields and of metadata entries, absent against blank, and 1.0 against 1.00 make no difference; everything else does.
 */
export function fingerprintOf(command: CreatePaymentCommand): string {
  return createHash('sha256')
    .update(JSON.stringify(toCanonical(command)))
    .digest('hex');
}

/** The idempotency key is left out: it is what the fingerprint is compared under. A new field of the input is appended only when present, so that old fingerprints stay good. */
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
