import type { CleanLookupTerms, DuePayment, LockDueTerms } from '../payments/reconciliation.port.js';
import { notifyOf } from './claim.statements.js';
import type { Statement } from './named-params.js';
import { flagWith } from './flag.fragments.js';
import { selectPayment } from './payment.row.js';
import { toTimeParam } from './sql-database.js';

/**
 * Leases due payments. Rows that another reconciler holds are skipped, and each lease pushes the row's time on in the same statement, so
 * that a payment is with one reconciler at a time. Jitter keeps payments that failed together from coming back together. A payer who can't
 * go on, as the action got lost and its replacement failed, is as urgent as an unknown outcome.
 */
export function lockDueStatement(terms: LockDueTerms, eventIds: readonly string[]): Statement {
  const { limit, abandonedAfterMs, unknownPauses, waitingPauses, lateLookPauseMs, leaseMs } = terms;
  const { sendWindowMs, gatewayTimeMs } = terms;
  return {
    text: LOCK_DUE,
    params: [
      limit,
      abandonedAfterMs,
      unknownPauses.firstMs,
      unknownPauses.longestMs,
      waitingPauses.firstMs,
      waitingPauses.longestMs,
      eventIds,
      ABANDONED,
      lateLookPauseMs,
      leaseMs,
      MOST_JITTER * unknownPauses.longestMs + leaseMs + sendWindowMs,
      sendWindowMs,
      toTimeParam(gatewayTimeMs),
    ],
  };
}

/** See `due_again_at`. */
const MOST_JITTER = 1.1;

const ABANDONED = 'The time to send ran out and no outcome was recorded; the provider is asked.';

/** No claim has so long: the database's clock was ahead when it was made. */
const WAS_SET_BACK = `(send_before > clock_timestamp() + $11::float8 * interval '1 millisecond')`;

/** Where the database's clock was ahead, the gateway's judges; older claims have no time of it. */
const IS_ABANDONED = `
            (send_before + $2::float8 * interval '1 millisecond' <= clock_timestamp()
             OR ${WAS_SET_BACK}
                AND coalesce(sent_by_gateway_at, '-infinity') + ($2::float8 + $12::float8) * interval '1 millisecond' <= $13::timestamptz)`;

/** Each claim has one answer; a claim that was given back has told so. The timeline may be older than the row: then the next lease sees it. */
const AWAITS_ANSWER = `
         p.send_before + $2::float8 * interval '1 millisecond' > clock_timestamp() AND NOT ${WAS_SET_BACK}
         AND (SELECT count(*) FILTER (WHERE source = 'PROVIDER_ANSWER') < count(*) FILTER (WHERE source = 'CREATE_PAYMENT')
                FROM payment_events WHERE payment_id = p.id)`;

/** No pause is so long as that of the hastened: the database's clock was ahead when it began. */
const LOCK_DUE = `
WITH hastened AS (
  UPDATE payments SET reconcile_after = clock_timestamp()
   WHERE standing IN ('PROCESSING', 'UNKNOWN')
     AND reconcile_after > statement_timestamp() + $11::float8 * interval '1 millisecond'
      OR standing IN ('PENDING', 'REQUIRES_ACTION')
     AND reconcile_after > statement_timestamp() + interval '1 millisecond'
           * (${MOST_JITTER} * least($5::float8 * power(2, least(reconcile_attempts, 30)), $6::float8) + $10::float8)
), due AS (
  SELECT id, standing AS was, row_number() OVER () AS position,
         clock_timestamp() + (0.9 + 0.2 * random()) * interval '1 millisecond' * CASE
           WHEN standing IN ('PROCESSING', 'UNKNOWN') OR lacks_action THEN least($3::float8 * power(2, least(reconcile_attempts, 30)), $4::float8)
           WHEN standing = 'FAILED_INFERRED' AND lookup_asked_at IS NULL THEN $9::float8
           ELSE least($5::float8 * power(2, least(reconcile_attempts, 30)), $6::float8)
         END AS due_again_at
    FROM (SELECT id, standing, reconcile_attempts, lookup_asked_at,
                 standing = 'REQUIRES_ACTION' AND action IS NULL AND failure_code IS NULL AS lacks_action
            FROM payments
           WHERE reconcile_after <= statement_timestamp()
             AND (standing <> 'PROCESSING' OR ${IS_ABANDONED})
           ORDER BY reconcile_after
           LIMIT $1::integer
             FOR UPDATE SKIP LOCKED) AS locked
), leased AS (
  UPDATE payments AS p
     SET standing = CASE WHEN was = 'PROCESSING' THEN 'UNKNOWN' ELSE standing END,
         epoch = CASE WHEN was = 'PROCESSING' THEN epoch + 1 ELSE epoch END,
         provider_time = CASE WHEN was = 'PROCESSING' THEN clock_timestamp() ELSE provider_time END,
         standing_fact_id = CASE WHEN was = 'PROCESSING' THEN 'abandoned:' || epoch ELSE standing_fact_id END,
         updated_at = CASE WHEN was = 'PROCESSING' THEN clock_timestamp() ELSE updated_at END,
         reconcile_attempts = reconcile_attempts + 1,
         reconcile_after = greatest(due_again_at, clock_timestamp() + $10::float8 * interval '1 millisecond')
    FROM due
   WHERE p.id = due.id
  RETURNING p.*, due.was, due.position, due.due_again_at, ${AWAITS_ANSWER} AS awaits_answer
), told AS (
  INSERT INTO payment_events (id, payment_id, fact_id, standing, source, occurred_at, detail)
  SELECT ($7::text[])[position], id, standing_fact_id, standing, 'RECONCILIATION', provider_time, $8::text
    FROM leased WHERE was = 'PROCESSING'
  RETURNING *
)
SELECT ${selectPayment('(SELECT * FROM payment_events WHERE payment_id = p.id UNION ALL SELECT * FROM told WHERE payment_id = p.id)')},
       ${notifyOf('told')}
  FROM leased AS p
 ORDER BY position`;

/** Every lease counts an attempt and every move of the standing begins at none: $2, the attempts, name the lease. */
export const RENEW_LEASE = `
UPDATE payments SET reconcile_after = greatest(reconcile_after, clock_timestamp() + $3::float8 * interval '1 millisecond')
 WHERE id = $1 AND reconcile_attempts = $2::integer AND reconcile_after IS NOT NULL`;

export const END_LEASE = `
UPDATE payments SET reconcile_after = $3::timestamptz
 WHERE id = $1 AND reconcile_attempts = $2::integer AND reconcile_after > $3::timestamptz`;

/**
 * A payment that was flagged before its ambiguous orders were kept is not counted: what they are is not known.
 *
 * The time is over when two clocks agree, each compared with what it said itself at the claim and at the first
 * clean lookup: one that was set in between concludes nothing alone. What a clock said at the claim counts for
 * no later than the first clean lookup, by which the send was over, so one that was ahead then delays nothing.
 * One that was ahead at the first clean lookup has told a time that has not come yet: the grace begins anew, by both.
 */
export function recordCleanLookupStatement(
  { payment, ambiguousOrderIds }: DuePayment,
  terms: CleanLookupTerms,
): Statement {
  const { turnsUpForMs, graceMs, sendWindowMs, gatewayTimeMs } = terms;
  const params = [payment.id, turnsUpForMs, ambiguousOrderIds, graceMs, sendWindowMs, toTimeParam(gatewayTimeMs)];
  return { text: RECORD_CLEAN_LOOKUP, params };
}

const RECORD_CLEAN_LOOKUP = `
UPDATE payments
   SET clean_lookups = clean_lookups + 1, ambiguous_orders = '{}',
       (first_clean_lookup_at, first_clean_lookup_by_gateway_at)
         = (SELECT CASE WHEN is_first THEN clock_timestamp() ELSE first_clean_lookup_at END,
                   CASE WHEN is_first THEN $6::timestamptz ELSE first_clean_lookup_by_gateway_at END
              FROM (SELECT clean_lookups = 0 OR first_clean_lookup_at IS NULL
                        OR first_clean_lookup_at > clock_timestamp()
                        OR first_clean_lookup_by_gateway_at > $6::timestamptz AS is_first) AS judged),
       flagged_reason = CASE WHEN flagged_reason <> 'AMBIGUOUS_ORDER' THEN flagged_reason END,
       flagged_at = CASE WHEN flagged_reason <> 'AMBIGUOUS_ORDER' THEN flagged_at END,
       alarmed_reason = CASE WHEN flagged_reason <> 'AMBIGUOUS_ORDER' THEN alarmed_reason END
 WHERE id = $1 AND standing = 'UNKNOWN' AND ambiguous_orders <@ $3::text[]
   AND (flagged_reason IS DISTINCT FROM 'AMBIGUOUS_ORDER' OR ambiguous_orders <> '{}')
RETURNING clean_lookups,
  least(send_before, first_clean_lookup_at + ${ms('$5')}) + ${ms('$2')} <= clock_timestamp()
  AND first_clean_lookup_at + ${ms('$4')} <= clock_timestamp()
  AND least(sent_by_gateway_at, first_clean_lookup_by_gateway_at) + ${ms('$5')} + ${ms('$2')} <= $6::timestamptz
  AND first_clean_lookup_by_gateway_at + ${ms('$4')} <= $6::timestamptz AS is_time_over`;

function ms(param: string): string {
  return `${param}::float8 * interval '1 millisecond'`;
}

export const RECORD_AMBIGUOUS = `
UPDATE payments AS p
   SET ambiguous_orders = ARRAY(SELECT unnest(p.ambiguous_orders) UNION SELECT unnest($2::text[])),
       ${flagWith("'AMBIGUOUS_ORDER'")}
 WHERE id = $1`;

export const FLAG = `
UPDATE payments AS p
   SET ${flagWith('$2::text')},
       other_orders = ARRAY(SELECT DISTINCT entry FROM unnest(p.other_orders || $3::text[]) AS entry
                             WHERE entry IS DISTINCT FROM p.order_id ORDER BY 1)
 WHERE id = $1`;

export const LIST_UNALARMED = `
SELECT ${selectPayment('(SELECT * FROM payment_events WHERE payment_id = p.id)')}
  FROM payments AS p WHERE flagged_reason IS DISTINCT FROM alarmed_reason AND flagged_reason IS NOT NULL
 ORDER BY flagged_at, id`;

export const RECORD_ALARM = `UPDATE payments SET alarmed_reason = $2 WHERE id = $1 AND flagged_reason = $2`;

/** $2: where the payment stood at the lease. $3: the standings that lookups wait out. $4: for how long, in ms. */
export const GIVE_UP = `
UPDATE payments AS p
   SET ${flagWith("'NOT_SETTLED_IN_TIME'")},
       reconcile_after = CASE WHEN p.lookup_asked_at IS NOT NULL THEN p.reconcile_after END
 WHERE id = $1 AND standing = $2 AND standing = ANY ($3::text[])
   AND send_before + $4::float8 * interval '1 millisecond' <= clock_timestamp()`;

export const STOP_LOOKING = `
UPDATE payments SET reconcile_after = NULL WHERE id = $1 AND standing = $2 AND lookup_asked_at IS NULL`;

/** $2: when the lookup was asked for that is answered now; $3: the standings of which nothing is awaited. A lookup asked for later stays. */
export const RECORD_ANSWERED = `
UPDATE payments
   SET lookup_asked_at = NULL, reconcile_after = CASE WHEN standing = ANY ($3::text[]) THEN NULL ELSE reconcile_after END
 WHERE id = $1 AND lookup_asked_at = $2::timestamptz`;

/**
 * $1: whether the gateway made their references; $2: their least age in ms.
 * Of the newest few thousand, so that the statement stays short where none of them fits.
 */
export const LIST_ANSWERED = `
SELECT order_id, merchant_reference_id
  FROM (SELECT * FROM payments
         WHERE order_id IS NOT NULL AND created_at <= statement_timestamp() - $2::float8 * interval '1 millisecond'
         ORDER BY created_at DESC LIMIT 5000) AS newest
 WHERE reference_is_ours = $1::boolean
 ORDER BY created_at DESC LIMIT 500`;

export const FIND_HOLDERS = `
SELECT order_id, min(id) AS id FROM payments WHERE order_id = ANY ($1::text[]) GROUP BY order_id`;

/**
 * Payments that an outcome has settled are not listed any more: $1 the reasons that it settles, $2 the standings
 * that are outcomes. An absence that could not be proved is settled by its conclusion as well.
 */
export const LIST_FLAGGED = `
SELECT ${selectPayment('(SELECT * FROM payment_events WHERE payment_id = p.id)')}
  FROM payments AS p
 WHERE flagged_reason IS NOT NULL AND NOT (flagged_reason = ANY ($1::text[]) AND standing = ANY ($2::text[]))
   AND NOT (flagged_reason = 'ABSENCE_NOT_PROVED' AND standing = 'FAILED_INFERRED')
 ORDER BY flagged_at, id`;

/**
 * A batch, so that no statement holds many rows for long; rows in use are left for the next one. $1: the age in ms, by the clock that set
 * `created_at`.
 */
export const EXPIRE_KEYS = `
UPDATE payments SET idempotency_key = NULL
 WHERE id IN (SELECT id FROM payments
               WHERE idempotency_key IS NOT NULL AND created_at < clock_timestamp() - $1::float8 * interval '1 millisecond' AND standing = ANY ($2::text[])
               ORDER BY created_at LIMIT 1000 FOR UPDATE SKIP LOCKED)
RETURNING id`;
