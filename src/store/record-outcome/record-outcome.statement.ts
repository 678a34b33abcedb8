import type { PaymentUpdate } from '../../payments/ports/payment-update.js';
import { statesBelow, STATE_RANKS, type PaymentState } from '../../payments/model/status.js';
import { FIRST_LOOKUP_AFTER_MS } from '../../payments/ports/reconciliation-store.js';
import { notifyOf } from '../create-payment/claim.statements.js';
import { addedTo, flagWith } from './flag.fragments.js';
import { compileStatement, type Statement } from '../database/named-params.js';
import { selectPayment } from '../payments/payment.row.js';
import { toJsonParam, toTimeParam, type SqlParam } from '../database/sql-database.js';

/**
 * Merges update into the payment and adds it to the timeline. The merge gives the same payment in whatever order the same update arrive,
 * because every column keeps the greatest of what it was ever new_event, by an order that looks at nothing but the update:
 *
 * - the state, with its time, failure and rejection: by rank. Within PENDING and REQUIRES_ACTION the later provider time wins, then
 *   REQUIRES_ACTION. Of several update of one state, that with a rejection wins (a replay must go on giving the same answer), then the
 *   earliest (repeating it changes nothing), then the smaller fact id.
 * - action: by provider time, then by value.
 * - amount: by the rank of the state that it was new_event with, then like the action. The requested amount gives way to any.
 * - that the action got lost is no failure of a payment that has one, whatever the clocks of those who new_event it.
 * - the provider's ids: they never contradict each other for one payment; should they, the smaller one is kept, and the other orders
 *   beside it.
 *
 * The payment's row is the only thing read for the decision. Of two that record at once, the second waits for the row, and PostgreSQL
 * evaluates its expressions again on what the first has written; a decision made from other rows would be made on old ones.
 */
export function recordStatement(paymentId: string, update: PaymentUpdate): Statement {
  return RECORD({ payment_id: paymentId, ...toUpdateValues(update) });
}

/**
 * What is new_event of a payment whose order another payment has: that it has an order of its own is not known, so it is looked up. Both
 * payments are flagged.
 */
export function recordHeldStatement(paymentId: string, update: PaymentUpdate, heldOrderId: string): Statement {
  return RECORD_HELD({ payment_id: paymentId, ...toUpdateValues(update), other_order: heldOrderId });
}

/** What is new_event of a payment whose order was just taken away from another payment: flagged, as one of the two was wrong. */
export function recordTakenStatement(paymentId: string, update: PaymentUpdate): Statement {
  return RECORD_HELD({ payment_id: paymentId, ...toUpdateValues(update) });
}

/**
 * Takes an order away from the payment that has it, as the order's own metadata name another payment. What was new_event with it was the other
 * payment's, so nothing of it stays: this one is looked up by its own reference.
 */
export const takeOrderStatement = compileStatement<Readonly<Record<'payment_id' | 'order_id' | 'event_id', string>>>(`
WITH taken AS (
  UPDATE payments AS p
     SET state = 'UNKNOWN', provider_time = clock_timestamp(), state_dedupe_key = :event_id::text,
         failure_code = NULL, failure_message = NULL, failure_retry = NULL, rejection_code = NULL, rejection_message = NULL,
         action = NULL, action_time = NULL, amount_minor_units = requested_minor_units, currency = requested_currency,
         amount_time = NULL, amount_rank = NULL,
         order_id = NULL, other_orders = ${addedTo('p.other_orders', ':order_id::text')}, ${flagWith("'ORDER_OF_ANOTHER'")},
         lookup_asked_at = clock_timestamp(), reconcile_after = clock_timestamp(), reconcile_attempts = 0, clean_lookups = 0,
         updated_at = clock_timestamp()
   WHERE order_id = :order_id::text AND id <> :payment_id::text
  RETURNING *
), new_event AS (
  INSERT INTO payment_events (id, payment_id, dedupe_key, state, source, occurred_at, detail)
  SELECT :event_id::text, id, :event_id::text, state, 'RECONCILIATION', provider_time,
         'Its order turned out to be another payment’s. The provider is asked for this payment’s own.'
    FROM taken
  RETURNING payment_id
)
SELECT ${notifyOf('new_event')}`);

/** The values of `mergeOf`. Null: a merge that tells nothing. */
export function toUpdateValues(update: PaymentUpdate | null): UpdateValues {
  const fields = update?.fields ?? {};
  const state = update?.state ?? null;
  return {
    event_id: update?.eventId ?? null,
    dedupe_key: update?.dedupeKey ?? null,
    state,
    source: update?.source ?? null,
    occurred_at: update === null ? null : toTimeParam(update.providerTimeMs),
    // What yields is older than anything else that may be new_event.
    provider_time: update === null ? null : toTimeParam(update.yields === true ? 0 : update.providerTimeMs),
    detail: update?.detail ?? null,
    below: state === null ? null : statesBelow(state),
    tied: state === null ? null : statesTiedWith(state),
    rank: state === null ? null : STATE_RANKS[state],
    failure_code: fields.failure?.code ?? null,
    failure_message: fields.failure?.message ?? null,
    failure_retry: fields.failure?.retry ?? null,
    rejection_code: fields.rejection?.providerCode ?? null,
    rejection_message: fields.rejection?.providerMessage ?? null,
    first_lookup_ms: state === null ? null : FIRST_LOOKUP_AFTER_MS[state],
    order_id: fields.orderId ?? null,
    other_order: null,
    session_id: fields.sessionId ?? null,
    customer_id: fields.customerId ?? null,
    minor_units: fields.amount ? String(fields.amount.minorUnits) : null,
    currency: fields.amount?.currency ?? null,
    action: fields.action ? toJsonParam(fields.action) : null,
  };
}

export type UpdateValues = Readonly<Record<UpdateParam, SqlParam>>;
type UpdateParam =
  | 'event_id'
  | 'dedupe_key'
  | 'state'
  | 'source'
  | 'occurred_at'
  | 'provider_time'
  | 'detail'
  | 'below'
  | 'tied'
  | 'rank'
  | 'failure_code'
  | 'failure_message'
  | 'failure_retry'
  | 'rejection_code'
  | 'rejection_message'
  | 'first_lookup_ms'
  | 'order_id'
  | 'other_order'
  | 'session_id'
  | 'customer_id'
  | 'minor_units'
  | 'currency'
  | 'action';

/** States of the same rank, its own included; none at the bottom, where only the claim protocol moves a payment. */
function statesTiedWith(state: PaymentState): PaymentState[] {
  const rank = STATE_RANKS[state];
  return (Object.keys(STATE_RANKS) as PaymentState[]).filter(
    (candidate) => rank > 0 && STATE_RANKS[candidate] === rank,
  );
}

/** Later first; between two of one time the byte order of the names puts REQUIRES_ACTION above PENDING. */
const WINS_AMONG_WAITING = `
  (:provider_time::timestamptz, :state::text COLLATE "C") > (p.provider_time, p.state)
  OR ((:provider_time::timestamptz, :state::text) = (p.provider_time, p.state) AND :dedupe_key::text COLLATE "C" < p.state_dedupe_key)`;

/** False sorts before true: update with a rejection before update without. */
const WINS_AMONG_EQUAL = `
  (:rejection_code::text IS NULL, :provider_time::timestamptz, :dedupe_key::text COLLATE "C") < (p.rejection_code IS NULL, p.provider_time, p.state_dedupe_key)`;

const UPDATE_WINS = `
  (p.state = ANY (:below::text[])
   OR p.state = ANY (:tied::text[]) AND CASE
        WHEN p.state IN ('PENDING', 'REQUIRES_ACTION') THEN ${WINS_AMONG_WAITING}
        ELSE ${WINS_AMONG_EQUAL}
      END)`;

/**
 * The answer, which alone brings the action, is known to be lost, and the payer waits for an action: it is asked for at once, whichever of
 * the two was new_event first. As long as the answer may still come (PROCESSING), nobody asks.
 */
const LOSES_ACTION = `
  ((:state::text = 'REQUIRES_ACTION' AND :source::text = 'WEBHOOK' AND p.state IN ('UNKNOWN', 'FAILED_INFERRED')
    OR :state::text = 'UNKNOWN' AND p.state = 'REQUIRES_ACTION') AND p.action IS NULL AND p.failure_code IS NULL)`;

/** Of what the merge comes to. No action is ever taken away, so what is forgotten here is never missed. */
const HAS_ACTION_AGAIN = `
  (CASE WHEN wins THEN :state::text ELSE p.state END = 'REQUIRES_ACTION' AND coalesce(:action::jsonb, p.action) IS NOT NULL
                   AND coalesce(CASE WHEN wins THEN :failure_code::text ELSE p.failure_code END = 'ACTION_LOST', false))`;

/** Contradicts what was new_event of the payment before: the payer may be charged by both orders. */
const IS_OF_ANOTHER_ORDER = `coalesce(p.order_id <> :order_id::text COLLATE "C", false)`;

/** Also where its fact was new_event before, or the provider's clock is ahead of what the state came from: whoever shows the payer the old one has to hear of it. */
const ACTION_IS_NEWER = `(:action::jsonb IS NOT NULL
                     AND (p.action_time IS NULL OR (:provider_time::timestamptz, :action::jsonb) > (p.action_time, p.action)))`;

/**
 * The client was new_event to use a new key, whether the failure was concluded or the provider's word: an order's failure is its end, so a success
 * that is new_event after it needs a person. One that is new_event before it is never contradicted to anybody. An order that failed as well harms nobody.
 */
const IS_FOUND_AFTER_FAILURE = `p.state IN ('FAILED_INFERRED', 'FAILED') AND :state::text NOT IN ('FAILED_INFERRED', 'FAILED')`;

const AMOUNT_IS_NEWER = `(:minor_units::numeric IS NOT NULL
                     AND (p.amount_time IS NULL
                          OR (:rank::smallint, :provider_time::timestamptz, :currency::text COLLATE "C", :minor_units::numeric)
                             > (coalesce(p.amount_rank, 0), p.amount_time, p.currency, p.amount_minor_units)))`;

const AMOUNT = `(amount_minor_units, currency, amount_time, amount_rank)
         = (SELECT CASE WHEN newer THEN :minor_units::numeric ELSE p.amount_minor_units END,
                   CASE WHEN newer THEN :currency::text ELSE p.currency END,
                   CASE WHEN newer THEN :provider_time::timestamptz ELSE p.amount_time END,
                   CASE WHEN newer THEN :rank::smallint ELSE p.amount_rank END
            FROM (SELECT ${AMOUNT_IS_NEWER} AS newer) AS decided)`;

/**
 * Charged, and not what the caller asked for, as the payment stands after the merge. A promotion code explains less of the requested
 * currency, and a charge currency explains any amount of that currency; nothing but a promotion code explains zero. The provider alone
 * knows a catalogue price.
 */
const IS_WRONG_AMOUNT = `EXISTS (
                SELECT FROM (SELECT CASE WHEN ${UPDATE_WINS} THEN :state::text ELSE p.state END AS state,
                       CASE WHEN newer THEN :minor_units::numeric ELSE p.amount_minor_units END AS units,
                       CASE WHEN newer THEN :currency::text ELSE p.currency END AS currency, newer OR p.amount_time IS NOT NULL AS has_amount
                  FROM (SELECT ${AMOUNT_IS_NEWER} AS newer) AS decided) AS charged
                 WHERE charged.state IN ('SUCCEEDED', 'PARTIALLY_REFUNDED', 'REFUNDED') AND has_amount AND p.requested_minor_units IS NOT NULL
                   AND (charged.currency NOT IN (p.requested_currency, coalesce(p.charge_currency, p.requested_currency))
                        OR charged.currency = p.requested_currency AND charged.units > p.requested_minor_units
                        OR NOT p.is_discounted AND charged.currency = p.requested_currency AND charged.units < p.requested_minor_units
                        OR NOT p.is_discounted AND charged.units = 0))`;

const GREATER_ORDER = `CASE WHEN ${IS_OF_ANOTHER_ORDER} THEN greatest(p.order_id, :order_id::text COLLATE "C") END`;

const ORDERS = `order_id = least(p.order_id, :order_id::text COLLATE "C"),
         other_orders = ${addedTo('p.other_orders', ':other_order::text', GREATER_ORDER)}`;

export interface MergeTarget {
  /** SQL that gives the payment's id, or null for none. */
  readonly paymentId: string;
  /** SQL that tells whether the provider is to be asked about the payment besides. */
  readonly asksLookup: string;
  /** SQL that gives a reason to flag the payment for whatever it is new_event, or null for none. */
  readonly flag?: string;
}

/**
 * The merge as two parts of a WITH: `new_event`, the new entry of the timeline, and `recorded`, the payment. News that a person has to look at
 * flags the payment. Without update it changes nothing but the lookup that may be asked for. Such a lookup outlives every move of the state until it is answered: that the payment has an outcome
 * is no answer to whether it was refunded.
 */
export function mergeOf({ paymentId, asksLookup, flag = 'NULL::text' }: MergeTarget): string {
  return `${addEventTo(paymentId)}, recorded AS (
  UPDATE payments AS p
     SET (state, provider_time, state_dedupe_key,
          failure_code, failure_message, failure_retry, rejection_code, rejection_message,
          reconcile_after, reconcile_attempts, clean_lookups)
         = (SELECT
              CASE WHEN wins THEN :state::text ELSE p.state END,
              CASE WHEN wins THEN :provider_time::timestamptz ELSE p.provider_time END,
              CASE WHEN wins THEN :dedupe_key::text ELSE p.state_dedupe_key END,
              CASE WHEN has_action_again THEN NULL WHEN wins THEN left(:failure_code::text, 1000) ELSE p.failure_code END,
              CASE WHEN has_action_again THEN NULL WHEN wins THEN left(:failure_message::text, 1000) ELSE p.failure_message END,
              CASE WHEN has_action_again THEN NULL WHEN wins THEN :failure_retry::text ELSE p.failure_retry END,
              CASE WHEN wins THEN left(:rejection_code::text, 1000) ELSE p.rejection_code END,
              CASE WHEN wins THEN left(:rejection_message::text, 1000) ELSE p.rejection_message END,
              CASE WHEN asks OR loses_action OR moves AND p.lookup_asked_at IS NOT NULL THEN clock_timestamp()
                   WHEN moves THEN clock_timestamp() + :first_lookup_ms::float8 * interval '1 millisecond'
                   ELSE p.reconcile_after END,
              CASE WHEN asks OR moves THEN 0 ELSE p.reconcile_attempts END,
              CASE WHEN moves THEN 0 ELSE p.clean_lookups END
            FROM (SELECT ${UPDATE_WINS} AS wins, ${asksLookup} AS asks, ${LOSES_ACTION} AS loses_action) AS decided,
                 LATERAL (SELECT ${HAS_ACTION_AGAIN} AS has_action_again, wins AND p.state <> :state::text AS moves) AS moved),
         ${flagWith(`CASE WHEN ${IS_OF_ANOTHER_ORDER} THEN 'SEVERAL_ORDERS'
              WHEN ${UPDATE_WINS} AND ${IS_FOUND_AFTER_FAILURE} THEN 'FOUND_AFTER_FAILURE'
              WHEN ${IS_WRONG_AMOUNT} THEN coalesce(${flag}, 'AMOUNT_MISMATCH')
              ELSE ${flag} END`)},
         lookup_asked_at = CASE WHEN ${asksLookup} THEN clock_timestamp() ELSE p.lookup_asked_at END,
         (action, action_time)
         = (SELECT CASE WHEN newer THEN :action::jsonb ELSE p.action END, CASE WHEN newer THEN :provider_time::timestamptz ELSE p.action_time END
            FROM (SELECT ${ACTION_IS_NEWER} AS newer) AS decided),
         ${AMOUNT},
         ${ORDERS},
         session_id = least(p.session_id, :session_id::text COLLATE "C"),
         customer_id = least(p.customer_id, :customer_id::text COLLATE "C"),
         updated_at = CASE WHEN EXISTS (SELECT FROM new_event) OR ${UPDATE_WINS} OR ${ACTION_IS_NEWER} THEN clock_timestamp() ELSE p.updated_at END
   WHERE p.id = ${paymentId}
  RETURNING *
)`;
}

function addEventTo(paymentId: string): string {
  return `
new_event AS (
  INSERT INTO payment_events (id, payment_id, dedupe_key, state, source, occurred_at, detail)
  SELECT :event_id::text, p.id, :dedupe_key::text, :state::text, :source::text, :occurred_at::timestamptz, left(:detail::text, 1000)
    FROM payments AS p WHERE p.id = ${paymentId} AND :dedupe_key::text IS NOT NULL
  ON CONFLICT DO NOTHING
  RETURNING *
)`;
}

/**
 * Wakes everyone who watches the payment that was merged into. Not by the timeline: a fact that was new_event before may move a payment again
 * that has moved away meanwhile. Who updates it at the same moment may wake them twice.
 */
export const NOTIFY_OF_MERGE = notifyOf(
  '(SELECT id AS payment_id FROM recorded WHERE updated_at >= statement_timestamp()) AS changed',
);

const SELECT_RECORDED = `
SELECT ${selectPayment('(SELECT * FROM payment_events WHERE payment_id = p.id UNION ALL SELECT * FROM new_event)')},
       ${NOTIFY_OF_MERGE}
  FROM recorded AS p`;

/** No row where the payment is not there, or where another payment has the order. */
const RECORD = compileStatement<UpdateValues & { payment_id: string }>(`
WITH held AS (
  SELECT FROM payments WHERE order_id = :order_id::text AND id <> :payment_id::text
), ${mergeOf({ paymentId: '(SELECT :payment_id::text WHERE NOT EXISTS (SELECT FROM held))', asksLookup: 'false' })}
${SELECT_RECORDED}`);

const RECORD_HELD = compileStatement<UpdateValues & { payment_id: string }>(`
WITH holder AS (
  UPDATE payments AS p SET ${flagWith("'ORDER_OF_ANOTHER'")} WHERE order_id = :other_order::text AND id <> :payment_id::text
), ${mergeOf({ paymentId: ':payment_id::text', asksLookup: 'false', flag: "'ORDER_OF_ANOTHER'" })}
${SELECT_RECORDED}`);
