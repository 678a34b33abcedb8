import type { LimitedClaim, LimitedTakeOver, NewClaim, ReleaseTerms, TakeOverTerms } from '../payments/ports.js';
import { hashKey } from './key-hash.js';
import { COUNTED_RATES, spentRates, toRateParams } from './rate-limit.fragments.js';
import { selectPayment, STORED_EVENTS } from './payment.row.js';
import { toJsonParam, type SqlParam } from './sql-database.js';

/** A statement with its parameters, in one round trip. */
export interface Statement {
  readonly text: string;
  readonly params: readonly SqlParam[];
}

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
export function claimStatement(claim: NewClaim | LimitedClaim): Statement {
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
      claim.amount === null ? null : String(claim.amount.minorUnits),
      claim.amount?.currency ?? null,
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
    ],
  };
}

const CLAIM = `
WITH ${spentRates(18)}, claimed AS (
  INSERT INTO payments (id, scope, idempotency_key, idempotency_key_hash, fingerprint, claim_id,
    standing, epoch, created_at, updated_at, provider_time, send_before, reconcile_after,
    amount_minor_units, currency, payment_method_type, payment_instrument_id,
    merchant_reference_id, reference_is_ours, customer_id, reference_customer_id, metadata, product_id)
  SELECT $1::text, $2::text, $3::text, $4::text, $5::text, $6::text,
    'PROCESSING', 1, now, now, now, send_before, send_before,
    $8::numeric, $9::text, $10::text, $11::text,
    $12::text, $13::boolean, $14::text, $15::text, $16::jsonb, $20::text
  FROM (SELECT clock_timestamp() AS now, clock_timestamp() + $7::float8 * interval '1 millisecond' AS send_before) AS moment
  WHERE NOT EXISTS (SELECT FROM spent)
  ON CONFLICT DO NOTHING
  RETURNING *
), told AS (
  INSERT INTO payment_events (id, payment_id, fact_id, standing, source, occurred_at)
  SELECT $17::text, id, 'claim:1', standing, 'CREATE_PAYMENT', created_at FROM claimed
  RETURNING *
), ${COUNTED_RATES}
SELECT true AS is_new, NULL::float8 AS retry_after_ms, ${selectPayment('told')} FROM claimed AS p
UNION ALL
SELECT false, NULL, ${selectPayment(STORED_EVENTS)} FROM payments AS p WHERE scope = $2 AND idempotency_key_hash = $4
UNION ALL
SELECT false, retry_after_ms, NULL, NULL FROM spent
 WHERE NOT EXISTS (SELECT FROM payments WHERE scope = $2 AND idempotency_key_hash = $4)`;

/**
 * RELEASED to PROCESSING, with a new epoch, unless the provider's wait is not over, a rate is spent or the key has expired. Where that
 * happened before under this very claim id (its answer was lost), the payment is selected as it stands. Which of the reasons holds is judged
 * at one time, the statement's.
 */
export function takeOverStatement(paymentId: string, terms: TakeOverTerms | LimitedTakeOver): Statement {
  const { claimId, eventId, sendWindowMs } = terms;
  const rateParams = 'mostPerMinute' in terms ? toRateParams(terms) : [[], []];
  return { text: TAKE_OVER, params: [paymentId, claimId, eventId, sendWindowMs, TAKEN_UP_AGAIN, ...rateParams] };
}

const TAKEN_UP_AGAIN = 'Taken up again by a repeated call.';

const TAKE_OVER = `
WITH ${spentRates(6)}, released AS (
  SELECT extract(epoch FROM retry_at - statement_timestamp()) * 1000 AS wait_ms
    FROM payments WHERE id = $1::text AND standing = 'RELEASED' AND idempotency_key IS NOT NULL
), claimed AS (
  UPDATE payments
     SET standing = 'PROCESSING', epoch = epoch + 1, claim_id = $2::text, updated_at = clock_timestamp(), retry_at = NULL,
         send_before = clock_timestamp() + $4::float8 * interval '1 millisecond',
         reconcile_after = clock_timestamp() + $4::float8 * interval '1 millisecond',
         reconcile_attempts = 0, clean_lookups = 0
   WHERE id = $1::text AND standing = 'RELEASED' AND idempotency_key IS NOT NULL
     AND (retry_at IS NULL OR retry_at <= statement_timestamp()) AND NOT EXISTS (SELECT FROM spent)
  RETURNING *
), told AS (
  INSERT INTO payment_events (id, payment_id, fact_id, standing, source, occurred_at, detail)
  SELECT $3::text, id, 'claim:' || epoch, standing, 'CREATE_PAYMENT', updated_at, $5::text FROM claimed
  RETURNING *
), ${COUNTED_RATES}
SELECT NULL::float8 AS wait_ms, NULL::float8 AS retry_after_ms,
       ${selectPayment(`(SELECT * FROM payment_events WHERE payment_id = p.id UNION ALL SELECT * FROM told)`)},
       ${notifyOf('told')}
  FROM claimed AS p
UNION ALL
SELECT NULL, NULL, ${selectPayment(STORED_EVENTS)}, 0
  FROM payments AS p WHERE id = $1 AND standing = 'PROCESSING' AND claim_id = $2
UNION ALL
SELECT wait_ms::float8, NULL, NULL, NULL, 0 FROM released WHERE wait_ms > 0
UNION ALL
SELECT NULL, retry_after_ms, NULL, NULL, 0 FROM spent, released WHERE wait_ms IS NULL OR wait_ms <= 0`;

/**
 * PROCESSING to RELEASED, for the holder of the epoch or of the claim only: after a takeover, a late sender changes nothing. No row where it
 * changed nothing.
 */
export function releaseStatement(paymentId: string, terms: ReleaseTerms): Statement {
  const { eventId, detail, retryAfterMs = null } = terms;
  const epoch = 'epoch' in terms ? terms.epoch : null;
  const claimId = 'claimId' in terms ? terms.claimId : null;
  return { text: RELEASE, params: [paymentId, epoch, claimId, eventId, detail, retryAfterMs] };
}

const RELEASE = `
WITH released AS (
  UPDATE payments
     SET standing = 'RELEASED', updated_at = clock_timestamp(),
         retry_at = clock_timestamp() + $6::float8 * interval '1 millisecond',
         reconcile_after = CASE WHEN lookup_asked_at IS NOT NULL THEN clock_timestamp() END
   WHERE id = $1::text AND (epoch = $2::integer OR claim_id = $3::text) AND standing = 'PROCESSING'
  RETURNING *
), told AS (
  INSERT INTO payment_events (id, payment_id, fact_id, standing, source, occurred_at, detail)
  SELECT $4::text, id, 'release:' || epoch, standing, 'PROVIDER_ANSWER', updated_at, left($5::text, 1000) FROM released
  RETURNING *
)
SELECT ${selectPayment(`(SELECT * FROM payment_events WHERE payment_id = p.id UNION ALL SELECT * FROM told)`)},
       ${notifyOf('told')}
  FROM released AS p`;
