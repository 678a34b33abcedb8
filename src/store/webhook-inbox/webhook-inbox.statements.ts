import type { InboxEvent } from '../../payments/ports/webhook-inbox.js';
import { flagWith } from '../record-outcome/flag.fragments.js';
import { compileStatement, type Statement } from '../database/named-params.js';
import { mergeOf, NOTIFY_OF_MERGE, toUpdateValues } from '../record-outcome/record-outcome.statement.js';
import { toTimeParam, type SqlParam } from '../database/sql-database.js';
import { toUpdateJson, type WaitingEvent } from './webhook-inbox.row.js';

/** Writes an event down and, in the same statement, gives it to its payment. No row: an event of this id is written down already. */
export function receiveStatement(event: InboxEvent): Statement {
  const { type, occurredAtMs, receivedAtMs, update } = event;
  return RECEIVE({
    ...toMatchValues(event),
    type,
    occurred: toTimeParam(occurredAtMs),
    received_at: toTimeParam(receivedAtMs),
    payment_update: update === null ? null : toUpdateJson(update),
  });
}

/**
 * Gives a waiting event to its payment. No row: it does not wait any more, or somebody else is giving it away at this moment. Only for an
 * event whose payment was seen: whoever holds an event can then be relied on to find the payment as well.
 */
export function giveStatement(event: WaitingEvent): Statement {
  return GIVE(toMatchValues(event));
}

/** The event's id, its update, whether it asks for a lookup, and what it finds its payment by. */
function toMatchValues({ id, update, asksLookup, match }: WaitingEvent) {
  return {
    ...toUpdateValues(update),
    inbox_id: id,
    asks_lookup: asksLookup,
    match_order_id: match.orderId,
    match_payment_id: match.gatewayPaymentId,
    match_reference: match.merchantReferenceId,
  };
}

type MatchValues = ReturnType<typeof toMatchValues>;
type ReceivedValues = MatchValues & Readonly<Record<'type' | 'occurred' | 'received_at' | 'payment_update', SqlParam>>;

/**
 * Whether `p` is the payment of an order: by the order id that it has, by its id in the metadata, or by a reference that the gateway made,
 * unless the metadata name another payment: a caller may use a payment's id as a reference of his own.
 */
function isPaymentOf({ orderId, gatewayPaymentId, merchantReferenceId }: OrderNames): string {
  return `(p.order_id = ${orderId} OR p.id = ${gatewayPaymentId}
    OR p.id = ${merchantReferenceId} AND p.reference_is_ours AND ${gatewayPaymentId} IS NULL)`;
}

interface OrderNames {
  readonly orderId: string;
  readonly gatewayPaymentId: string;
  readonly merchantReferenceId: string;
}

/**
 * The first payment that the event names, locked, so that the order id which it is compared by is the newest and stays while the update is
 * merged. An order whose metadata name another payment is contested. News of a second order is merged like any other, which flags it.
 */
function findPayment(condition: string): string {
  const names = {
    orderId: ':match_order_id::text',
    gatewayPaymentId: ':match_payment_id::text',
    merchantReferenceId: ':match_reference::text',
  };
  return `
  SELECT p.id, coalesce(p.order_id = :match_order_id::text AND :match_payment_id::text <> p.id, false) AS is_contested
    FROM payments AS p
   WHERE ${condition} AND ${isPaymentOf(names)}
   ORDER BY coalesce(p.order_id = :match_order_id::text, false) DESC, coalesce(p.id = :match_payment_id::text, false) DESC, p.id
   LIMIT 1
     FOR NO KEY UPDATE`;
}

/**
 * Of a CTE with the event as it was just decided: merges its update, or flags both payments that a contested order names. The one that its
 * metadata name is looked up by its own reference, and its lookups so far prove nothing.
 */
function mergeInto(decided: string): string {
  const paymentId = `(SELECT payment_id FROM ${decided} WHERE state = 'stored')`;
  return `${mergeOf({ paymentId, asksLookup: ':asks_lookup::boolean' })}, contested AS (
  UPDATE payments AS p
     SET ${flagWith("'ORDER_OF_ANOTHER'")}, clean_lookups = 0,
         lookup_asked_at = CASE WHEN p.order_id IS NULL THEN clock_timestamp() ELSE p.lookup_asked_at END,
         reconcile_after = CASE WHEN p.order_id IS NULL THEN clock_timestamp() ELSE p.reconcile_after END
   WHERE EXISTS (SELECT FROM ${decided} WHERE state = 'contested')
     AND (p.id = (SELECT id FROM found) OR p.id = :match_payment_id::text)
)`;
}

/** What the event came to, and whether it showed a failure that was concluded to be none. */
const RECEIPT = `
  CASE WHEN EXISTS (SELECT FROM recorded WHERE flagged_reason = 'FOUND_AFTER_FAILURE' AND flagged_at >= statement_timestamp())
       THEN 'overruled' ELSE state END AS receipt`;

/** The payment is locked before the event is written: whoever delivers the same event at the same moment waits and finds a duplicate. */
const RECEIVE = compileStatement<ReceivedValues>(`
WITH found AS (${findPayment('(:payment_update::jsonb IS NOT NULL OR :asks_lookup::boolean)')}
), received AS (
  INSERT INTO webhook_inbox (id, type, occurred_at, received_at, order_id, gateway_payment_id, merchant_reference_id, payment_update, asks_lookup,
    state, payment_id, decided_at)
  SELECT :inbox_id::text, :type::text, :occurred::timestamptz, :received_at::timestamptz, :match_order_id::text, :match_payment_id::text, :match_reference::text, :payment_update::jsonb, :asks_lookup::boolean,
    state, found.id, CASE WHEN state <> 'waiting' THEN clock_timestamp() END
  FROM (SELECT) AS event LEFT JOIN found ON true,
    LATERAL (SELECT CASE
      WHEN found.is_contested THEN 'contested'
      WHEN found.id IS NULL AND (:payment_update::jsonb IS NOT NULL OR :asks_lookup::boolean) THEN 'waiting'
      ELSE 'stored'
    END AS state) AS decided
  ON CONFLICT DO NOTHING
  RETURNING *
), ${mergeInto('received')}
SELECT ${RECEIPT}, ${NOTIFY_OF_MERGE} FROM received`);

const GIVE = compileStatement<MatchValues>(`
WITH event AS (
  SELECT id FROM webhook_inbox WHERE id = :inbox_id::text AND state = 'waiting' FOR UPDATE SKIP LOCKED
), found AS (${findPayment('EXISTS (SELECT FROM event)')}
), given AS (
  UPDATE webhook_inbox AS w
     SET state = CASE WHEN found.is_contested THEN 'contested' ELSE 'stored' END,
         payment_id = found.id, decided_at = clock_timestamp()
    FROM found
   WHERE w.id = :inbox_id::text
  RETURNING w.*
), ${mergeInto('given')}
SELECT state, ${NOTIFY_OF_MERGE} FROM given`);

/** Whether `w`, an event that waits, would find a payment now. */
const FINDS_PAYMENT = `EXISTS (SELECT FROM payments AS p WHERE ${isPaymentOf({
  orderId: 'w.order_id',
  gatewayPaymentId: 'w.gateway_payment_id',
  merchantReferenceId: 'w.merchant_reference_id',
})})`;

/** $1: the order. Oldest first. */
export const FIND_WAITING_OF_ORDER = `
SELECT to_jsonb(w) AS event FROM webhook_inbox AS w
 WHERE w.state = 'waiting' AND w.order_id = $1::text AND ${FINDS_PAYMENT}
 ORDER BY w.received_at, w.id`;

/**
 * A page of what waits, after the event ($1, $2), at most $3, so that no statement looks at more however many wait for orders that are not
 * ours. Also those that find no payment: the next page begins after the last of them.
 */
export const PAGE_OF_WAITING = `
SELECT to_jsonb(w) AS event, ${FINDS_PAYMENT} AS finds_payment
  FROM (SELECT * FROM webhook_inbox
         WHERE state = 'waiting' AND (received_at, id) > ($1::timestamptz, $2::text COLLATE "C")
         ORDER BY received_at, id
         LIMIT $3::integer) AS w
 ORDER BY w.received_at, w.id`;

/** $1: events that arrived before. A caller may have written a payment's id into a reference of their own, so only metadata count. */
export const TAKE_UNKNOWN = `
UPDATE webhook_inbox SET alarmed_at = clock_timestamp()
 WHERE state = 'waiting' AND alarmed_at IS NULL AND received_at < $1::timestamptz
   AND gateway_payment_id ~ '^pay_[0-9a-f]{32}$'
   AND NOT EXISTS (SELECT FROM payments AS p WHERE p.id = gateway_payment_id)
RETURNING id, gateway_payment_id, order_id`;

/** $1: events that arrived before are not given to anybody any more. A late delivery of one is a duplicate until its row is deleted. */
export const GIVE_UP = `
UPDATE webhook_inbox SET state = 'given_up', decided_at = clock_timestamp()
 WHERE id IN (SELECT id FROM webhook_inbox
               WHERE state = 'waiting' AND received_at < $1::timestamptz
               ORDER BY received_at, id LIMIT 1000 FOR UPDATE SKIP LOCKED)
RETURNING id`;
