import type { InboxEvent } from '../../payments/ports/webhook-inbox.js';
import { toTimeParam } from '../database/sql-database.js';
import { compileStatement, type Statement } from '../database/statement.js';
import { NOTIFY_OF_MERGE } from '../record-outcome/merge.fragment.js';
import { findPayment, MATCH_PARAMS, mergeInto, toMatchValues } from './match-event.fragment.js';
import { toUpdateJson } from './webhook-inbox.row.js';

/**
 * No row: an event of this id is stored already. The payment is locked first, so that a second
 * delivery at the same moment waits and finds a duplicate.
 */
export function receiveEventStatement(event: InboxEvent): Statement {
  const { type, occurredAtMs, receivedAtMs, update } = event;
  return RECEIVE_EVENT({
    ...toMatchValues(event),
    type,
    event_time: toTimeParam(occurredAtMs),
    received_at: toTimeParam(receivedAtMs),
    payment_update: update === null ? null : toUpdateJson(update),
  });
}

const PARAMS = {
  ...MATCH_PARAMS,
  type: 'text',
  event_time: 'timestamptz',
  received_at: 'timestamptz',
  payment_update: 'jsonb',
} as const;

const BRINGS_SOMETHING = '(:payment_update IS NOT NULL OR :asks_lookup)';

const RECEIPT = `
  CASE WHEN EXISTS (SELECT FROM recorded
                     WHERE flagged_reason = 'FOUND_AFTER_FAILURE' AND flagged_at >= statement_timestamp())
       THEN 'overruled' ELSE state END AS receipt`;

const RECEIVE_EVENT = compileStatement(
  PARAMS,
  `
WITH ${findPayment(BRINGS_SOMETHING)}, received AS (
  INSERT INTO webhook_inbox (id, type, occurred_at, received_at,
    order_id, gateway_payment_id, merchant_reference_id, payment_update, asks_lookup,
    state, payment_id, decided_at)
  SELECT :inbox_id, :type, :event_time, :received_at,
    :match_order_id, :match_payment_id, :match_reference, :payment_update, :asks_lookup,
    state, found.id, CASE WHEN state <> 'waiting' THEN clock_timestamp() END
  FROM (SELECT) AS event LEFT JOIN found ON true,
    LATERAL (SELECT CASE
      WHEN found.is_contested THEN 'contested'
      WHEN found.id IS NULL AND ${BRINGS_SOMETHING} THEN 'waiting'
      ELSE 'stored'
    END AS state) AS decided
  ON CONFLICT DO NOTHING
  RETURNING *
), ${mergeInto('received')}
SELECT ${RECEIPT}, ${NOTIFY_OF_MERGE} FROM received`,
);
