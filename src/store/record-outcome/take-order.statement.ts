import { compileStatement } from '../database/statement.js';
import { addedTo, flagWith } from '../flags/flag.fragment.js';
import { notifyOf } from '../payments/notify.fragment.js';

const PARAMS = { payment_id: 'text', order_id: 'text', event_id: 'text' } as const;

/**
 * The order's own metadata name this payment. All that came with it is taken from the other one,
 * which is UNKNOWN then and looked up by its own reference.
 */
export const takeOrderStatement = compileStatement(
  PARAMS,
  `
WITH taken AS (
  UPDATE payments AS p
     SET state = 'UNKNOWN', provider_time = clock_timestamp(), state_dedupe_key = :event_id,
         failure_code = NULL, failure_message = NULL, failure_retry = NULL,
         rejection_code = NULL, rejection_message = NULL,
         action = NULL, action_time = NULL,
         amount_minor_units = requested_minor_units, currency = requested_currency,
         amount_time = NULL, amount_rank = NULL,
         order_id = NULL, other_orders = ${addedTo('p.other_orders', ':order_id')},
         ${flagWith("'ORDER_OF_ANOTHER'")},
         lookup_asked_at = clock_timestamp(), reconcile_after = clock_timestamp(),
         reconcile_attempts = 0, clean_lookups = 0, updated_at = clock_timestamp()
   WHERE order_id = :order_id AND id <> :payment_id
  RETURNING *
), new_event AS (
  INSERT INTO payment_events (id, payment_id, dedupe_key, state, source, occurred_at, detail)
  SELECT :event_id, id, :event_id, state, 'RECONCILIATION', provider_time,
         'Its order turned out to be another payment’s. The provider is asked for this payment’s own.'
    FROM taken
  RETURNING payment_id
)
SELECT ${notifyOf('new_event')}`,
);
