import type { Payment } from '../../payments/model/payment.js';
import { toJsonParam } from '../database/sql-database.js';
import type { ValuesOf } from '../database/statement.js';

type Intent = Pick<
  Payment,
  | 'scope'
  | 'fingerprint'
  | 'requested'
  | 'paymentMethodType'
  | 'paymentInstrumentId'
  | 'merchantReferenceId'
  | 'referenceIsOurs'
  | 'productId'
  | 'customer'
  | 'metadata'
>;

export const INTENT_PARAMS = {
  scope: 'text',
  fingerprint: 'text',
  minor_units: 'numeric',
  currency: 'text',
  charge_currency: 'text',
  is_discounted: 'boolean',
  payment_method_type: 'text',
  payment_instrument_id: 'text',
  merchant_reference_id: 'text',
  reference_is_ours: 'boolean',
  customer_id: 'text',
  reference_customer_id: 'text',
  metadata: 'jsonb',
  product_id: 'text',
} as const;

export const INTENT_COLUMNS = `scope, fingerprint, amount_minor_units, currency,
    requested_minor_units, requested_currency, charge_currency, is_discounted,
    payment_method_type, payment_instrument_id, merchant_reference_id, reference_is_ours,
    customer_id, reference_customer_id, metadata, product_id`;

export const INTENT_VALUES = `:scope, :fingerprint, :minor_units, :currency,
    :minor_units, :currency, :charge_currency, :is_discounted,
    :payment_method_type, :payment_instrument_id, :merchant_reference_id, :reference_is_ours,
    :customer_id, :reference_customer_id, :metadata, :product_id`;

export function toIntentValues(intent: Intent): ValuesOf<typeof INTENT_PARAMS> {
  const { money, chargeCurrency, isDiscounted } = intent.requested;
  return {
    scope: intent.scope,
    fingerprint: intent.fingerprint,
    minor_units: money === null ? null : String(money.minorUnits),
    currency: money?.currency ?? null,
    charge_currency: chargeCurrency,
    is_discounted: isDiscounted,
    payment_method_type: intent.paymentMethodType,
    payment_instrument_id: intent.paymentInstrumentId,
    merchant_reference_id: intent.merchantReferenceId,
    reference_is_ours: intent.referenceIsOurs,
    customer_id: intent.customer.customerId,
    reference_customer_id: intent.customer.referenceCustomerId,
    metadata: toJsonParam(intent.metadata),
    product_id: intent.productId,
  };
}
