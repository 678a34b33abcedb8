import type { PaymentNews } from '../payments/ports.js';
import { standingsBelow, STANDING_RANKS, type PaymentStanding } from '../payments/status.js';
import { FIRST_LOOKUP_AFTER_MS } from '../payments/reconciliation.port.js';
import { notifyOf, type Statement } from './claim.statements.js';
import { selectPayment } from './payment.row.js';
import { toJsonParam, toTimeParam, type SqlParam } from './sql-database.js';

/**
 * Merges news into the payment and adds it to the timeline. The merge gives the same payment in whatever order the same news arrive,
 * because every column keeps the greatest of what it was ever told, by an order that looks at nothing but the news:
 *
 * - the standing, with its time, failure and rejection: by rank. Within PENDING and REQUIRES_ACTION the later provider time wins, then
 *   REQUIRES_ACTION. Of several news of one standing, that with a rejection wins (a replay must go on giving the same answer), then the
 *   earliest (repeating it changes nothing), then the smaller fact id.
 * - action and amount: by provider time, then by value. The amount that was asked for has no time and gives way to any.
 * - that the action got lost is no failure of a payment that has one, whatever the clocks of those who told it.
 * - the provider's ids: they never contradict each other for one payment; should they, the smaller one is kept.
 *
 * The payment's row is the only thing read for the decision. Of two that settle at once, the second waits for the row, and PostgreSQL
 * evaluates its expressions again on what the first has written; a decision made from other rows would be made on old ones.
 */
export function settleStatement(paymentId: string, news: PaymentNews): Statement {
  return { text: SETTLE, params: [paymentId, ...toNewsParams(news)] };
}

/** The parameters $2 to $21 of `mergeOf`. */
export function toNewsParams(news: PaymentNews): SqlParam[] {
  const { standing, facts } = news;
  return [
    news.eventId,
    news.factId,
    standing,
    news.source,
    toTimeParam(news.providerTimeMs),
    news.detail,
    standingsBelow(standing),
    standingsTiedWith(standing),
    facts.failure?.code ?? null,
    facts.failure?.message ?? null,
    facts.failure?.retry ?? null,
    facts.rejection?.providerCode ?? null,
    facts.rejection?.providerMessage ?? null,
    FIRST_LOOKUP_AFTER_MS[standing],
    facts.orderId ?? null,
    facts.sessionId ?? null,
    facts.customerId ?? null,
    facts.amount ? String(facts.amount.minorUnits) : null,
    facts.amount?.currency ?? null,
    facts.action ? toJsonParam(facts.action) : null,
  ];
}

/** All of them null: a merge that tells nothing. */
export const NO_NEWS_PARAMS: readonly SqlParam[] = Array<null>(20).fill(null);

/** Standings of the same rank, its own included; none at the bottom, where only the claim protocol moves a payment. */
function standingsTiedWith(standing: PaymentStanding): PaymentStanding[] {
  const rank = STANDING_RANKS[standing];
  return (Object.keys(STANDING_RANKS) as PaymentStanding[]).filter(
    (candidate) => rank > 0 && STANDING_RANKS[candidate] === rank,
  );
}

/** Later first; between two of one time the byte order of the names puts REQUIRES_ACTION above PENDING. */
const WINS_AMONG_WAITING = `
  ($6::timestamptz, $4::text COLLATE "C") > (p.provider_time, p.standing)
  OR (($6::timestamptz, $4::text) = (p.provider_time, p.standing) AND $3::text COLLATE "C" < p.standing_fact_id)`;

/** False sorts before true: news with a rejection before news without. */
const WINS_AMONG_EQUAL = `
  ($13::text IS NULL, $6::timestamptz, $3::text COLLATE "C") < (p.rejection_code IS NULL, p.provider_time, p.standing_fact_id)`;

const NEWS_WINS = `
  (p.standing = ANY ($8::text[])
   OR p.standing = ANY ($9::text[]) AND CASE
        WHEN p.standing IN ('PENDING', 'REQUIRES_ACTION') THEN ${WINS_AMONG_WAITING}
        ELSE ${WINS_AMONG_EQUAL}
      END)`;

/**
 * The answer, which alone brings the action, is known to be lost, and the payer waits for an action: it is asked for at once, whichever of
 * the two was told first. As long as the answer may still come (PROCESSING), nobody asks.
 */
const LOSES_ACTION = `
  (($4::text = 'REQUIRES_ACTION' AND $5::text = 'WEBHOOK' AND p.standing IN ('UNKNOWN', 'FAILED_INFERRED')
    OR $4::text = 'UNKNOWN' AND p.standing = 'REQUIRES_ACTION') AND p.action IS NULL AND p.failure_code IS NULL)`;

/** Of what the merge comes to. No action is ever taken away, so what is forgotten here is never missed. */
const HAS_ACTION_AGAIN = `
  (CASE WHEN wins THEN $4::text ELSE p.standing END = 'REQUIRES_ACTION' AND coalesce($21::jsonb, p.action) IS NOT NULL
                   AND coalesce(CASE WHEN wins THEN $10::text ELSE p.failure_code END = 'ACTION_LOST', false))`;

/** Contradicts what was told of the payment before: the payer may be charged by both orders. */
const IS_OF_ANOTHER_ORDER = `coalesce(p.order_id <> $16::text COLLATE "C", false)`;

/** Also where its fact was told before, or the provider's clock is ahead of what the standing came from: whoever shows the payer the old one has to hear of it. */
const ACTION_IS_NEWER = `($21::jsonb IS NOT NULL
                     AND (p.action_time IS NULL OR ($6::timestamptz, $21::jsonb) > (p.action_time, p.action)))`;

/**
 * The client was told to use a new key, whether the failure was concluded or the provider's word: an order's failure is its end, so a success
 * that is told after it needs a person. One that is told before it is never contradicted to anybody. An order that failed as well harms nobody.
 */
const IS_FOUND_AFTER_FAILURE = `p.standing IN ('FAILED_INFERRED', 'FAILED') AND $4::text NOT IN ('FAILED_INFERRED', 'FAILED')
                     AND p.flagged_reason IS DISTINCT FROM 'SEVERAL_ORDERS'`;

export interface MergeTarget {
  /** SQL that gives the payment's id, or null for none. */
  readonly paymentId: string;
  /** SQL that tells whether the provider is to be asked about the payment besides. */
  readonly asksLookup: string;
}

/**
 * The merge as two parts of a WITH: `told`, the new entry of the timeline, and `settled`, the payment. News that a person has to look at
 * flags the payment. Without news it changes nothing but
 * the lookup that may be asked for. Such a lookup outlives every move of the standing until it is answered: that the payment has an outcome
 * is no answer to whether it was refunded.
 */
export function mergeOf({ paymentId, asksLookup }: MergeTarget): string {
  return `${tellTo(paymentId)}, settled AS (
  UPDATE payments AS p
     SET (standing, provider_time, standing_fact_id,
          failure_code, failure_message, failure_retry, rejection_code, rejection_message,
          reconcile_after, reconcile_attempts, clean_lookups, flagged_reason, flagged_at)
         = (SELECT
              CASE WHEN wins THEN $4::text ELSE p.standing END,
              CASE WHEN wins THEN $6::timestamptz ELSE p.provider_time END,
              CASE WHEN wins THEN $3::text ELSE p.standing_fact_id END,
              CASE WHEN has_action_again THEN NULL WHEN wins THEN left($10::text, 1000) ELSE p.failure_code END,
              CASE WHEN has_action_again THEN NULL WHEN wins THEN left($11::text, 1000) ELSE p.failure_message END,
              CASE WHEN has_action_again THEN NULL WHEN wins THEN $12::text ELSE p.failure_retry END,
              CASE WHEN wins THEN left($13::text, 1000) ELSE p.rejection_code END,
              CASE WHEN wins THEN left($14::text, 1000) ELSE p.rejection_message END,
              CASE WHEN asks OR loses_action OR moves AND p.lookup_asked_at IS NOT NULL THEN clock_timestamp()
                   WHEN moves THEN clock_timestamp() + $15::float8 * interval '1 millisecond'
                   ELSE p.reconcile_after END,
              CASE WHEN asks OR moves THEN 0 ELSE p.reconcile_attempts END,
              CASE WHEN moves THEN 0 ELSE p.clean_lookups END,
              coalesce(alarm, p.flagged_reason),
              CASE WHEN alarm <> p.flagged_reason OR p.flagged_reason IS NULL AND alarm IS NOT NULL THEN clock_timestamp() ELSE p.flagged_at END
            FROM (SELECT ${NEWS_WINS} AS wins, ${asksLookup} AS asks, ${LOSES_ACTION} AS loses_action) AS judged,
                 LATERAL (SELECT ${HAS_ACTION_AGAIN} AS has_action_again, wins AND p.standing <> $4::text AS moves, CASE
                   WHEN ${IS_OF_ANOTHER_ORDER} THEN 'SEVERAL_ORDERS'
                   WHEN wins AND ${IS_FOUND_AFTER_FAILURE} THEN 'FOUND_AFTER_FAILURE'
                 END AS alarm) AS moved),
         lookup_asked_at = CASE WHEN ${asksLookup} THEN clock_timestamp() ELSE p.lookup_asked_at END,
         (action, action_time)
         = (SELECT CASE WHEN newer THEN $21::jsonb ELSE p.action END, CASE WHEN newer THEN $6::timestamptz ELSE p.action_time END
            FROM (SELECT ${ACTION_IS_NEWER} AS newer) AS judged),
         (amount_minor_units, currency, amount_time)
         = (SELECT CASE WHEN newer THEN $19::numeric ELSE p.amount_minor_units END,
                   CASE WHEN newer THEN $20::text ELSE p.currency END,
                   CASE WHEN newer THEN $6::timestamptz ELSE p.amount_time END
            FROM (SELECT $19::numeric IS NOT NULL
                     AND (p.amount_time IS NULL OR ($6::timestamptz, $20::text COLLATE "C", $19::numeric)
                           > (p.amount_time, p.currency, p.amount_minor_units)) AS newer) AS judged),
         order_id = least(p.order_id, $16::text COLLATE "C"),
         session_id = least(p.session_id, $17::text COLLATE "C"),
         customer_id = least(p.customer_id, $18::text COLLATE "C"),
         updated_at = CASE WHEN EXISTS (SELECT FROM told) OR ${NEWS_WINS} OR ${ACTION_IS_NEWER} THEN clock_timestamp() ELSE p.updated_at END
   WHERE p.id = ${paymentId}
  RETURNING *
)`;
}

function tellTo(paymentId: string): string {
  return `
told AS (
  INSERT INTO payment_events (id, payment_id, fact_id, standing, source, occurred_at, detail)
  SELECT $2::text, p.id, $3::text, $4::text, $5::text, $6::timestamptz, left($7::text, 1000)
    FROM payments AS p WHERE p.id = ${paymentId} AND $3::text IS NOT NULL
  ON CONFLICT DO NOTHING
  RETURNING *
)`;
}

/**
 * Wakes everyone who watches the payment that was merged into. Not by the timeline: a fact that was told before may move a payment again
 * that has moved away meanwhile. Who updates it at the same moment may wake them twice.
 */
export const NOTIFY_OF_MERGE = notifyOf(
  '(SELECT id AS payment_id FROM settled WHERE updated_at >= statement_timestamp()) AS changed',
);

const SETTLE = `
WITH ${mergeOf({ paymentId: '$1::text', asksLookup: 'false' })}
SELECT ${selectPayment('(SELECT * FROM payment_events WHERE payment_id = p.id UNION ALL SELECT * FROM told)')},
       ${NOTIFY_OF_MERGE}
  FROM settled AS p`;
