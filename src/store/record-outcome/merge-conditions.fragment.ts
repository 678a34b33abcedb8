const WINS_AMONG_WAITING = `
  (:provider_time, :state COLLATE "C") > (p.provider_time, p.state)
  OR (:provider_time, :state) = (p.provider_time, p.state) AND :dedupe_key COLLATE "C" < p.state_dedupe_key`;

/** False sorts before true: an update with a rejection wins. */
const WINS_AMONG_EQUAL = `
  (:rejection_code IS NULL, :provider_time, :dedupe_key COLLATE "C")
    < (p.rejection_code IS NULL, p.provider_time, p.state_dedupe_key)`;

export const UPDATE_WINS = `
  (p.state = ANY (:states_below)
   OR p.state = ANY (:states_of_same_rank) AND CASE
        WHEN p.state IN ('PENDING', 'REQUIRES_ACTION') THEN ${WINS_AMONG_WAITING}
        ELSE ${WINS_AMONG_EQUAL}
      END)`;

/**
 * The payer waits for an action, and the answer that alone brings it is known to be lost. While it
 * may still come (PROCESSING), the provider is not asked.
 */
export const LOSES_ACTION = `
  ((:state = 'REQUIRES_ACTION' AND :source = 'WEBHOOK' AND p.state IN ('UNKNOWN', 'FAILED_INFERRED')
    OR :state = 'UNKNOWN' AND p.state = 'REQUIRES_ACTION') AND p.action IS NULL AND p.failure_code IS NULL)`;

/** After the merge. Actions are never taken away, so the failure that is dropped here is never missed. */
export const HAS_ACTION_AGAIN = `
  (CASE WHEN wins THEN :state ELSE p.state END = 'REQUIRES_ACTION' AND coalesce(:action, p.action) IS NOT NULL
   AND coalesce(CASE WHEN wins THEN :failure_code ELSE p.failure_code END = 'ACTION_LOST', false))`;

export const IS_OF_ANOTHER_ORDER = `coalesce(p.order_id <> :order_id COLLATE "C", false)`;

/**
 * The client was advised to use a new key, so a charge after the failure needs a person. No client
 * saw a failure that came after the charge, and an order that failed as well charges nothing.
 */
export const IS_FOUND_AFTER_FAILURE = `
  p.state IN ('FAILED_INFERRED', 'FAILED') AND :state NOT IN ('FAILED_INFERRED', 'FAILED')`;

export const ACTION_IS_NEWER = `
  (:action IS NOT NULL AND (p.action_time IS NULL OR (:provider_time, :action) > (p.action_time, p.action)))`;

export const AMOUNT_IS_NEWER = `
  (:minor_units IS NOT NULL
   AND (p.amount_time IS NULL
        OR (:rank, :provider_time, :currency COLLATE "C", :minor_units)
           > (coalesce(p.amount_rank, 0), p.amount_time, p.currency, p.amount_minor_units)))`;

/**
 * Charged after the merge, and not what was asked for. A promotion code explains less of the
 * requested currency, and alone explains zero; a charge currency explains any amount of that
 * currency. Only the provider knows a catalogue price.
 */
export const IS_WRONG_AMOUNT = `EXISTS (
  SELECT FROM (SELECT CASE WHEN ${UPDATE_WINS} THEN :state ELSE p.state END AS state,
                      CASE WHEN newer THEN :minor_units ELSE p.amount_minor_units END AS units,
                      CASE WHEN newer THEN :currency ELSE p.currency END AS currency,
                      newer OR p.amount_time IS NOT NULL AS has_amount
                 FROM (SELECT ${AMOUNT_IS_NEWER} AS newer) AS decided) AS charged
   WHERE charged.state IN ('SUCCEEDED', 'PARTIALLY_REFUNDED', 'REFUNDED')
     AND has_amount AND p.requested_minor_units IS NOT NULL
     AND (charged.currency NOT IN (p.requested_currency, coalesce(p.charge_currency, p.requested_currency))
          OR charged.currency = p.requested_currency AND charged.units > p.requested_minor_units
          OR NOT p.is_discounted AND charged.currency = p.requested_currency AND charged.units < p.requested_minor_units
          OR NOT p.is_discounted AND charged.units = 0))`;
