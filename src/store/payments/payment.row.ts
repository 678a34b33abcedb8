import type { SqlRow } from '../database/sql-database.js';
import type { PaymentAction } from '../../payments/model/action.js';
import type { RetryAdvice } from '../../payments/model/errors.js';
import type { Money } from '../../payments/model/money.js';
import type { MetadataEntry, Payment, PaymentEvent, PaymentEventSource } from '../../payments/model/payment.js';
import type { PaymentMethodType } from '../../payments/model/payment-method.js';
import { toPublicStatus, type PaymentState } from '../../payments/model/status.js';

export interface SelectedPayment {
  readonly payment: PaymentRow;
  readonly timeline: readonly PaymentEventRow[];
}

export interface PaymentRow {
  readonly id: string;
  readonly scope: string;
  readonly idempotency_key: string | null;
  readonly fingerprint: string;
  readonly state: PaymentState;
  readonly provider_time: string;
  readonly epoch: number;
  readonly claim_id: string;
  readonly send_before: string;
  readonly sent_by_gateway_at: string | null;
  readonly order_id: string | null;
  readonly session_id: string | null;
  readonly action: PaymentAction | null;
  readonly amount_minor_units: string | null;
  readonly currency: string | null;
  readonly amount_time: string | null;
  readonly requested_minor_units: string | null;
  readonly requested_currency: string | null;
  readonly charge_currency: string | null;
  readonly is_discounted: boolean;
  readonly payment_method_type: PaymentMethodType;
  readonly payment_instrument_id: string;
  readonly merchant_reference_id: string;
  readonly reference_is_ours: boolean;
  readonly product_id: string | null;
  readonly customer_id: string | null;
  readonly reference_customer_id: string | null;
  readonly failure_code: string | null;
  readonly failure_message: string | null;
  readonly failure_retry: RetryAdvice | null;
  readonly rejection_code: string | null;
  readonly rejection_message: string | null;
  readonly metadata: readonly MetadataEntry[];
  readonly reconcile_attempts: number;
  readonly clean_lookups: number;
  readonly ambiguous_orders: readonly string[];
  readonly other_orders: readonly string[];
  readonly lookup_asked_at: string | null;
  readonly flagged_reason: string | null;
  readonly flagged_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

interface PaymentEventRow {
  readonly id: string;
  readonly state: PaymentState;
  readonly source: PaymentEventSource;
  readonly occurred_at: string;
  readonly detail: string | null;
}

export function toPayment({ payment: row, timeline }: SelectedPayment): Payment {
  return {
    id: row.id,
    scope: row.scope,
    idempotencyKey: row.idempotency_key,
    fingerprint: row.fingerprint,
    state: row.state,
    epoch: row.epoch,
    claimId: row.claim_id,
    sendBeforeMs: Date.parse(row.send_before),
    sentByGatewayAtMs: row.sent_by_gateway_at === null ? null : Date.parse(row.sent_by_gateway_at),
    orderId: row.order_id,
    sessionId: row.session_id,
    action: row.action,
    amount: toMoney(row.amount_minor_units, row.currency),
    chargedAmount: row.amount_time === null ? null : toMoney(row.amount_minor_units, row.currency),
    requested: {
      money: toMoney(row.requested_minor_units, row.requested_currency),
      chargeCurrency: row.charge_currency,
      isDiscounted: row.is_discounted,
    },
    paymentMethodType: row.payment_method_type,
    paymentInstrumentId: row.payment_instrument_id,
    merchantReferenceId: row.merchant_reference_id,
    referenceIsOurs: row.reference_is_ours,
    productId: row.product_id,
    customer: { customerId: row.customer_id, referenceCustomerId: row.reference_customer_id },
    failure: toFailure(row),
    rejection: toRejection(row),
    metadata: row.metadata,
    timeline: timeline.map(toEvent),
    createdAtMs: Date.parse(row.created_at),
    updatedAtMs: Date.parse(row.updated_at),
    providerTimeMs: Date.parse(row.provider_time),
  };
}

function toMoney(minorUnits: string | null, currency: string | null): Money | null {
  return minorUnits === null || currency === null ? null : { minorUnits: BigInt(minorUnits), currency };
}

function toFailure({ failure_code, failure_message, failure_retry }: PaymentRow): Payment['failure'] {
  return failure_code === null || failure_message === null || failure_retry === null
    ? null
    : { code: failure_code, message: failure_message, retry: failure_retry };
}

function toRejection({ rejection_code, rejection_message }: PaymentRow): Payment['rejection'] {
  return rejection_code === null ? null : { providerCode: rejection_code, providerMessage: rejection_message };
}

function toEvent({ id, state, source, occurred_at, detail }: PaymentEventRow): PaymentEvent {
  return { id, status: toPublicStatus(state), source, occurredAtMs: Date.parse(occurred_at), detail };
}

export function asSelected(row: SqlRow): SelectedPayment {
  return row as unknown as SelectedPayment;
}
