import { addedTo, flagWith } from '../flags/flag.fragment.js';
import { notifyOf } from '../payments/notify.fragment.js';
import { EVENTS_WITH_NEW, selectPayment } from '../payments/select-payment.fragment.js';
import {
  ACTION_IS_NEWER,
  AMOUNT_IS_NEWER,
  HAS_ACTION_AGAIN,
  IS_FOUND_AFTER_FAILURE,
  IS_OF_ANOTHER_ORDER,
  IS_WRONG_AMOUNT,
  LOSES_ACTION,
  UPDATE_WINS,
} from './merge-conditions.fragment.js';

/** All parts are SQL; null for none. */
interface MergeTarget {
  readonly paymentId: string;
  readonly asksLookup: string;
  readonly flag?: string;
}

/**
 * Merges an update into a payment: two parts of a WITH, the timeline's `new_event` and the payment
 * `recorded`. The same updates give the same payment in every order, because each column keeps the
 * greatest value that it was ever given, by an order that looks at nothing but the updates:
 *
 * - State, with its time, failure and rejection: by rank. Between PENDING and REQUIRES_ACTION the later
 *   provider time wins, then REQUIRES_ACTION. In any other rank an update with a rejection wins (a replay
 *   goes on giving the same answer), then the earliest (repeating it changes nothing). The smaller dedupe
 *   key decides last.
 * - Action: by provider time, then by value. A failure ACTION_LOST goes with it, in either order.
 * - Amount: by the rank of the state that it came with, then like the action. The requested one gives way.
 * - The provider's ids never contradict each other; if they do, the smallest stays, other orders beside it.
 *
 * The decision reads the payment's row alone. Of two that record at once the second waits for the row, and
 * PostgreSQL evaluates its expressions again on what the first has written; other rows would be old ones.
 * A lookup that was asked for outlives every move of the state: no outcome says whether it was refunded.
 */
export function mergeOf({ paymentId, asksLookup, flag = 'NULL::text' }: MergeTarget): string {
  return `
new_event AS (
  INSERT INTO payment_events (id, payment_id, dedupe_key, state, source, occurred_at, detail)
  SELECT :event_id, p.id, :dedupe_key, :state, :source, :occurred_at, left(:detail, 1000)
    FROM payments AS p WHERE p.id = ${paymentId} AND :dedupe_key IS NOT NULL
  ON CONFLICT DO NOTHING
  RETURNING *
), recorded AS (
  UPDATE payments AS p
     SET ${setState(asksLookup)},
         ${flagWith(reasonToFlag(flag))},
         lookup_asked_at = CASE WHEN ${asksLookup} THEN clock_timestamp() ELSE p.lookup_asked_at END,
         ${SET_ACTION},
         ${SET_AMOUNT},
         ${SET_IDS},
         updated_at = CASE WHEN EXISTS (SELECT FROM new_event) OR ${UPDATE_WINS} OR ${ACTION_IS_NEWER}
                           THEN clock_timestamp() ELSE p.updated_at END
   WHERE p.id = ${paymentId}
  RETURNING *
)`;
}

function setState(asksLookup: string): string {
  return `(state, provider_time, state_dedupe_key,
          failure_code, failure_message, failure_retry, rejection_code, rejection_message,
          reconcile_after, reconcile_attempts, clean_lookups)
         = (SELECT
              CASE WHEN wins THEN :state ELSE p.state END,
              CASE WHEN wins THEN :provider_time ELSE p.provider_time END,
              CASE WHEN wins THEN :dedupe_key ELSE p.state_dedupe_key END,
              CASE WHEN has_action_again THEN NULL WHEN wins THEN left(:failure_code, 1000) ELSE p.failure_code END,
              CASE WHEN has_action_again THEN NULL WHEN wins THEN left(:failure_message, 1000)
                   ELSE p.failure_message END,
              CASE WHEN has_action_again THEN NULL WHEN wins THEN :failure_retry ELSE p.failure_retry END,
              CASE WHEN wins THEN left(:rejection_code, 1000) ELSE p.rejection_code END,
              CASE WHEN wins THEN left(:rejection_message, 1000) ELSE p.rejection_message END,
              CASE WHEN asks OR loses_action OR moves AND p.lookup_asked_at IS NOT NULL THEN clock_timestamp()
                   WHEN moves THEN clock_timestamp() + :first_lookup_ms * interval '1 millisecond'
                   ELSE p.reconcile_after END,
              CASE WHEN asks OR moves THEN 0 ELSE p.reconcile_attempts END,
              CASE WHEN moves THEN 0 ELSE p.clean_lookups END
            FROM (SELECT ${UPDATE_WINS} AS wins, ${asksLookup} AS asks, ${LOSES_ACTION} AS loses_action) AS decided,
                 LATERAL (SELECT ${HAS_ACTION_AGAIN} AS has_action_again,
                                 wins AND p.state <> :state AS moves) AS moved)`;
}

function reasonToFlag(flag: string): string {
  return `CASE WHEN ${IS_OF_ANOTHER_ORDER} THEN 'SEVERAL_ORDERS'
              WHEN ${UPDATE_WINS} AND ${IS_FOUND_AFTER_FAILURE} THEN 'FOUND_AFTER_FAILURE'
              WHEN ${IS_WRONG_AMOUNT} THEN coalesce(${flag}, 'AMOUNT_MISMATCH')
              ELSE ${flag} END`;
}

const SET_ACTION = `(action, action_time)
         = (SELECT CASE WHEN newer THEN :action ELSE p.action END,
                   CASE WHEN newer THEN :provider_time ELSE p.action_time END
              FROM (SELECT ${ACTION_IS_NEWER} AS newer) AS decided)`;

const SET_AMOUNT = `(amount_minor_units, currency, amount_time, amount_rank)
         = (SELECT CASE WHEN newer THEN :minor_units ELSE p.amount_minor_units END,
                   CASE WHEN newer THEN :currency ELSE p.currency END,
                   CASE WHEN newer THEN :provider_time ELSE p.amount_time END,
                   CASE WHEN newer THEN :rank ELSE p.amount_rank END
              FROM (SELECT ${AMOUNT_IS_NEWER} AS newer) AS decided)`;

const GREATER_ORDER = `CASE WHEN ${IS_OF_ANOTHER_ORDER} THEN greatest(p.order_id, :order_id COLLATE "C") END`;

const SET_IDS = `order_id = least(p.order_id, :order_id COLLATE "C"),
         other_orders = ${addedTo('p.other_orders', ':other_order', GREATER_ORDER)},
         session_id = least(p.session_id, :session_id COLLATE "C"),
         customer_id = least(p.customer_id, :customer_id COLLATE "C")`;

/** Not by the timeline: an update that is in it already may move the payment again. */
export const NOTIFY_OF_MERGE = notifyOf(
  '(SELECT id AS payment_id FROM recorded WHERE updated_at >= statement_timestamp()) AS changed',
);

export const SELECT_RECORDED = `
SELECT ${selectPayment(EVENTS_WITH_NEW)}, ${NOTIFY_OF_MERGE}
  FROM recorded AS p`;
