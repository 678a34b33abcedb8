import type { LockDueOptions } from '../../payments/ports/reconciliation-store.js';
import { toTimeParam } from '../database/sql-database.js';
import { compileStatement, type Statement } from '../database/statement.js';
import { notifyOf } from '../payments/notify.fragment.js';
import { EVENTS_WITH_NEW, selectPayment } from '../payments/select-payment.fragment.js';

/**
 * Skips rows that another reconciler holds, and pushes each row's time on: a payment is with one
 * reconciler at a time. A payer who can't go on, as action and replacement got lost, is as urgent
 * as an unknown outcome.
 */
export function lockDueStatement(options: LockDueOptions, eventIds: readonly string[]): Statement {
  const { unknownPauses, waitingPauses, leaseMs, sendWindowMs } = options;
  return LOCK_DUE({
    most: options.limit,
    abandoned_after_ms: options.abandonedAfterMs,
    unknown_first_ms: unknownPauses.firstMs,
    unknown_longest_ms: unknownPauses.longestMs,
    waiting_first_ms: waitingPauses.firstMs,
    waiting_longest_ms: waitingPauses.longestMs,
    late_look_ms: options.lateLookPauseMs,
    lease_ms: leaseMs,
    most_ahead_ms: MOST_JITTER * unknownPauses.longestMs + leaseMs + sendWindowMs,
    send_window_ms: sendWindowMs,
    gateway_time: toTimeParam(options.gatewayTimeMs),
    event_ids: eventIds,
  });
}

const PARAMS = {
  most: 'integer',
  abandoned_after_ms: 'float8',
  unknown_first_ms: 'float8',
  unknown_longest_ms: 'float8',
  waiting_first_ms: 'float8',
  waiting_longest_ms: 'float8',
  late_look_ms: 'float8',
  lease_ms: 'float8',
  most_ahead_ms: 'float8',
  send_window_ms: 'float8',
  gateway_time: 'timestamptz',
  event_ids: 'text[]',
} as const;

const JITTER = '(0.9 + 0.2 * random())';
const MOST_JITTER = 1.1;

const UNKNOWN_PAUSE_MS = 'least(:unknown_first_ms * power(2, least(reconcile_attempts, 30)), :unknown_longest_ms)';
const WAITING_PAUSE_MS = 'least(:waiting_first_ms * power(2, least(reconcile_attempts, 30)), :waiting_longest_ms)';

/** The database's clock was ahead at the claim. The gateway's decides then. */
const WAS_SET_BACK = `(send_before > clock_timestamp() + :most_ahead_ms * interval '1 millisecond')`;

const IS_ABANDONED = `
            (send_before + :abandoned_after_ms * interval '1 millisecond' <= clock_timestamp()
             OR ${WAS_SET_BACK}
                AND coalesce(sent_by_gateway_at, '-infinity')
                    + (:abandoned_after_ms + :send_window_ms) * interval '1 millisecond' <= :gateway_time)`;

/** A claim without an answer that was not released. The timeline may be older than the row: the next lease sees it. */
const AWAITS_ANSWER = `
         p.send_before + :abandoned_after_ms * interval '1 millisecond' > clock_timestamp() AND NOT ${WAS_SET_BACK}
         AND (SELECT count(*) FILTER (WHERE source = 'PROVIDER_ANSWER')
                     < count(*) FILTER (WHERE source = 'CREATE_PAYMENT')
                FROM payment_events WHERE payment_id = p.id)`;

/** Pauses that began while the database's clock was ahead: no others last as long. */
const HASTENED = `
hastened AS (
  UPDATE payments SET reconcile_after = clock_timestamp()
   WHERE state IN ('PROCESSING', 'UNKNOWN')
     AND reconcile_after > statement_timestamp() + :most_ahead_ms * interval '1 millisecond'
      OR state IN ('PENDING', 'REQUIRES_ACTION')
     AND reconcile_after
         > statement_timestamp() + interval '1 millisecond' * (${MOST_JITTER} * ${WAITING_PAUSE_MS} + :lease_ms)
)`;

const DUE = `
due AS (
  SELECT id, state AS was, row_number() OVER () AS position,
         clock_timestamp() + ${JITTER} * interval '1 millisecond' * CASE
           WHEN state IN ('PROCESSING', 'UNKNOWN') OR lacks_action THEN ${UNKNOWN_PAUSE_MS}
           WHEN state = 'FAILED_INFERRED' AND lookup_asked_at IS NULL THEN :late_look_ms
           ELSE ${WAITING_PAUSE_MS}
         END AS due_again_at
    FROM (SELECT id, state, reconcile_attempts, lookup_asked_at,
                 state = 'REQUIRES_ACTION' AND action IS NULL AND failure_code IS NULL AS lacks_action
            FROM payments
           WHERE reconcile_after <= statement_timestamp()
             AND (state <> 'PROCESSING' OR ${IS_ABANDONED})
           ORDER BY reconcile_after
           LIMIT :most
             FOR UPDATE SKIP LOCKED) AS locked
)`;

const LOCK_DUE = compileStatement(
  PARAMS,
  `
WITH ${HASTENED}, ${DUE}, leased AS (
  UPDATE payments AS p
     SET state = CASE WHEN was = 'PROCESSING' THEN 'UNKNOWN' ELSE state END,
         epoch = CASE WHEN was = 'PROCESSING' THEN epoch + 1 ELSE epoch END,
         provider_time = CASE WHEN was = 'PROCESSING' THEN clock_timestamp() ELSE provider_time END,
         state_dedupe_key = CASE WHEN was = 'PROCESSING' THEN 'abandoned:' || epoch ELSE state_dedupe_key END,
         updated_at = CASE WHEN was = 'PROCESSING' THEN clock_timestamp() ELSE updated_at END,
         reconcile_attempts = reconcile_attempts + 1,
         reconcile_after = greatest(due_again_at, clock_timestamp() + :lease_ms * interval '1 millisecond')
    FROM due
   WHERE p.id = due.id
  RETURNING p.*, due.was, due.position, due.due_again_at, ${AWAITS_ANSWER} AS awaits_answer
), new_event AS (
  INSERT INTO payment_events (id, payment_id, dedupe_key, state, source, occurred_at, detail)
  SELECT (:event_ids)[position], id, state_dedupe_key, state, 'RECONCILIATION', provider_time,
         'The time to send ran out and no outcome was recorded; the provider is asked.'
    FROM leased WHERE was = 'PROCESSING'
  RETURNING *
)
SELECT ${selectPayment(EVENTS_WITH_NEW)}, ${notifyOf('new_event')}
  FROM leased AS p
 ORDER BY position`,
);
