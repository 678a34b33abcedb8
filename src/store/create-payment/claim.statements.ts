import type { NewClaim, TakeOverOptions, ReleaseOptions } from '../../payments/ports/payment-store.js';
import { compileStatement, type Statement } from '../database/named-params.js';
import type { Payment } from '../../payments/model/payment.js';
import { hashKey } from '../payments/key-hash.js';
import { COUNTED_RATES, spentRates, toRateParams } from './rate-limit.fragments.js';
import { selectPayment, STORED_EVENTS } from '../payments/payment.row.js';
import { toJsonParam, toTimeParam } from '../database/sql-database.js';

/** Wakes everyone who watches the payments of the events in the given source; volatile, so selecting it is what sends it. */
export function notifyOf(eventSource: string): string {
  return `(SELECT count(pg_notify('${CHANGES_CHANNEL}', payment_id)) FROM ${eventSource}) AS notified`;
}
export const CHANGES_CHANNEL = 'payment_changed';

/**
 * Inserts the payment and its first event, or selects the payment that has the key. The statement's snapshot is older than the insert, so
 * the second half never shows the row of the first. No row at all: another claim won the key after the snapshot was taken; asking again
 * shows it. Nobody can watch a payment before its id is known, so nobody is woken (notifications would make claims wait for each other's
 * commit). A spent rate keeps the row out; a key that has its payment is answered with it all the same. No conflict target: repeated while the first attempt is still running, the payment's id is in conflict as well.
 */
export function claimStatement(claim: NewClaim): Statement {
  const { money, chargeCurrency, isDiscounted } = claim.requested;
  return {
    text: CLAIM,
    params: [
      claim.id,
      claim.scope,
      claim.idempotencyKey,
      hashKey(claim.idempotencyKey),
      claim.fingerprint,
      claim.claimId,
      claim.sendWindowMs,
      money === null ? null : String(money.minorUnits),
      money?.currency ?? null,
      claim.paymentMethodType,
      claim.paymentInstrumentId,
      claim.merchantReferenceId,
      claim.referenceIsOurs,
      claim.customer.customerId,
      claim.customer.referenceCustomerId,
      toJsonParam(claim.metadata),
      claim.eventId,
      ...toRateParams(claim),
      claim.productId,
      chargeCurrency,
      isDiscounted,
      toTimeParam(claim.gatewayTimeMs),
    ],
  };
}

/** An event that names the payment came before its row: it was claimed before, and the row was lost. */
const HAS_PROVIDER_EVENT = `EXISTS (SELECT FROM webhook_inbox WHERE payment_id IS DISTINCT FROM $1 AND state <> 'stored' AND gateway_payment_id = $1)`;

const CLAIM = `
WITH ${spentRates(18)}, claimed AS (
  INSERT INTO payments (id, scope, idempotency_key, idempotency_key_hash, fingerprint, claim_id,
    state, epoch, created_at, updated_at, provider_time, send_before, reconcile_after,
    amount_minor_units, currency, payment_method_type, payment_instrument_id,
    merchant_reference_id, reference_is_ours, customer_id, reference_customer_id, metadata, product_id,
    requested_minor_units, requested_currency, charge_currency, is_discounted, sent_by_gateway_at)
  SELECT $1::text, $2::text, $3::text, $4::text, $5::text, $6::text,
    'PROCESSING', 1, now, now, now, send_before, send_before,
    $8::numeric, $9::text, $10::text, $11::text,
    $12::text, $13::boolean, $14::text, $15::text, $16::jsonb, $20::text,
    $8::numeric, $9::text, $21::text, $22::boolean, $23::timestamptz
  FROM (SELECT clock_timestamp() AS now, clock_timestamp() + $7::float8 * interval '1 millisecond' AS send_before) AS moment
  WHERE NOT EXISTS (SELECT FROM spent)
  ON CONFLICT DO NOTHING
  RETURNING *
), new_event AS (
  INSERT INTO payment_events (id, payment_id, dedupe_key, state, source, occurred_at)
  SELECT $17::text, id, 'claim:1', state, 'CREATE_PAYMENT', created_at FROM claimed
  RETURNING *
), ${COUNTED_RATES}
SELECT true AS is_new, ${HAS_PROVIDER_EVENT} AS has_provider_event,
       NULL::float8 AS retry_after_ms, ${selectPayment('new_event')} FROM claimed AS p
UNION ALL
SELECT false, ${HAS_PROVIDER_EVENT}, NULL, ${selectPayment(STORED_EVENTS)} FROM payments AS p WHERE scope = $2 AND idempotency_key_hash = $4
UNION ALL
SELECT false, false, retry_after_ms, NULL, NULL FROM spent
 WHERE NOT EXISTS (SELECT FROM payments WHERE scope = $2 AND idempotency_key_hash = $4)`;

/**
 * RELEASED to PROCESSING, with a new epoch, unless the provider's wait is not over, a rate is spent or the key has expired. Where that
 * happened before under this very claim id (its answer was lost), the payment is selected as it stands. Which of the reasons holds is decided
 * at one time, the statement's.
 */
export function takeOverStatement(paymentId: string, options: TakeOverOptions): Statement {
  const { claimId, eventId, sendWindowMs, gatewayTimeMs } = options;
  const params = [
    paymentId,
    claimId,
    eventId,
    sendWindowMs,
    TAKEN_UP_AGAIN,
    ...toRateParams(options),
    toTimeParam(gatewayTimeMs),
  ];
  return { text: TAKE_OVER, params };
}

const TAKEN_UP_AGAIN = 'Taken up again by a repeated call.';

const TAKE_OVER = `
WITH ${spentRates(6)}, released AS (
  SELECT extract(epoch FROM retry_at - statement_timestamp()) * 1000 AS wait_ms
    FROM payments WHERE id = $1::text AND state = 'RELEASED' AND idempotency_key IS NOT NULL
), claimed AS (
  UPDATE payments
     SET state = 'PROCESSING', epoch = epoch + 1, claim_id = $2::text, updated_at = clock_timestamp(), retry_at = NULL,
         send_before = clock_timestamp() + $4::float8 * interval '1 millisecond',
         reconcile_after = clock_timestamp() + $4::float8 * interval '1 millisecond',
         sent_by_gateway_at = $8::timestamptz, reconcile_attempts = 0, clean_lookups = 0
   WHERE id = $1::text AND state = 'RELEASED' AND idempotency_key IS NOT NULL
     AND (retry_at IS NULL OR retry_at <= statement_timestamp()) AND NOT EXISTS (SELECT FROM spent)
  RETURNING *
), new_event AS (
  INSERT INTO payment_events (id, payment_id, dedupe_key, state, source, occurred_at, detail)
  SELECT $3::text, id, 'claim:' || epoch, state, 'CREATE_PAYMENT', updated_at, $5::text FROM claimed
  RETURNING *
), ${COUNTED_RATES}
SELECT NULL::float8 AS wait_ms, NULL::float8 AS retry_after_ms,
       ${selectPayment(`(SELECT * FROM payment_events WHERE payment_id = p.id UNION ALL SELECT * FROM new_event)`)},
       ${notifyOf('new_event')}
  FROM claimed AS p
UNION ALL
SELECT NULL, NULL, ${selectPayment(STORED_EVENTS)}, 0
  FROM payments AS p WHERE id = $1 AND state = 'PROCESSING' AND claim_id = $2
UNION ALL
SELECT wait_ms::float8, NULL, NULL, NULL, 0 FROM released WHERE wait_ms > 0
UNION ALL
SELECT NULL, retry_after_ms, NULL, NULL, 0 FROM spent, released WHERE wait_ms IS NULL OR wait_ms <= 0`;

/**
 * PROCESSING to RELEASED, for the holder of the claim only: after a takeover, a late sender changes nothing. Not by the epoch, which a
 * restored database counts again. No row where it changed nothing.
 */
export function releaseStatement(paymentId: string, options: ReleaseOptions): Statement {
  const { claimId, eventId, detail, retryAfterMs = null } = options;
  return { text: RELEASE, params: [paymentId, claimId, eventId, detail, retryAfterMs] };
}

const RELEASE = `
WITH released AS (
  UPDATE payments
     SET state = 'RELEASED', updated_at = clock_timestamp(),
         retry_at = clock_timestamp() + $5::float8 * interval '1 millisecond',
         reconcile_after = CASE WHEN lookup_asked_at IS NOT NULL THEN clock_timestamp() END
   WHERE id = $1::text AND claim_id = $2::text AND state = 'PROCESSING'
  RETURNING *
), new_event AS (
  INSERT INTO payment_events (id, payment_id, dedupe_key, state, source, occurred_at, detail)
  SELECT $3::text, id, 'release:' || epoch, state, 'PROVIDER_ANSWER', updated_at, left($4::text, 1000) FROM released
  RETURNING *
)
SELECT ${selectPayment(`(SELECT * FROM payment_events WHERE payment_id = p.id UNION ALL SELECT * FROM new_event)`)},
       ${notifyOf('new_event')}
  FROM released AS p`;

/**
 * The payment as it was claimed, without what was learned since: the update that found it missing brings that. Looked up at once, as its
 * order may be there already.
 */
export function restoreStatement(payment: Payment): Statement {
  const { money, chargeCurrency, isDiscounted } = payment.requested;
  return RESTORE({
    id: payment.id,
    scope: payment.scope,
    idempotency_key: payment.idempotencyKey,
    key_hash: payment.idempotencyKey === null ? null : hashKey(payment.idempotencyKey),
    fingerprint: payment.fingerprint,
    claim_id: payment.claimId,
    epoch: payment.epoch,
    created_at: toTimeParam(payment.createdAtMs),
    send_before: toTimeParam(payment.sendBeforeMs),
    sent_by_gateway_at: payment.sentByGatewayAtMs === null ? null : toTimeParam(payment.sentByGatewayAtMs),
    minor_units: money === null ? null : String(money.minorUnits),
    currency: money?.currency ?? null,
    charge_currency: chargeCurrency,
    is_discounted: isDiscounted,
    payment_method_type: payment.paymentMethodType,
    payment_instrument_id: payment.paymentInstrumentId,
    merchant_reference_id: payment.merchantReferenceId,
    reference_is_ours: payment.referenceIsOurs,
    customer_id: payment.customer.customerId,
    reference_customer_id: payment.customer.referenceCustomerId,
    metadata: toJsonParam(payment.metadata),
    product_id: payment.productId,
    event_id: payment.timeline[0]?.id ?? null,
    detail: RESTORED,
  });
}

const RESTORED = 'The database had lost this payment. The gateway wrote it again.';

const RESTORE = compileStatement(`
WITH restored AS (
  INSERT INTO payments (id, scope, idempotency_key, idempotency_key_hash, fingerprint, claim_id,
    state, epoch, created_at, updated_at, provider_time, send_before, sent_by_gateway_at, reconcile_after,
    amount_minor_units, currency, requested_minor_units, requested_currency, charge_currency, is_discounted,
    payment_method_type, payment_instrument_id, merchant_reference_id, reference_is_ours,
    customer_id, reference_customer_id, metadata, product_id)
  SELECT :id::text, :scope::text, :idempotency_key::text, :key_hash::text, :fingerprint::text, :claim_id::text,
    'PROCESSING', :epoch::integer, :created_at::timestamptz, clock_timestamp(), :created_at::timestamptz,
    :send_before::timestamptz, :sent_by_gateway_at::timestamptz, :send_before::timestamptz,
    :minor_units::numeric, :currency::text, :minor_units::numeric, :currency::text, :charge_currency::text, :is_discounted::boolean,
    :payment_method_type::text, :payment_instrument_id::text, :merchant_reference_id::text, :reference_is_ours::boolean,
    :customer_id::text, :reference_customer_id::text, :metadata::jsonb, :product_id::text
   WHERE :key_hash::text IS NOT NULL
  ON CONFLICT DO NOTHING
  RETURNING *
)
INSERT INTO payment_events (id, payment_id, dedupe_key, state, source, occurred_at, detail)
SELECT :event_id::text, id, 'claim:' || epoch, state, 'CREATE_PAYMENT', created_at, :detail::text FROM restored
ON CONFLICT DO NOTHING`);
