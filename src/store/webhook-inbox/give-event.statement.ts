import { compileStatement, type Statement } from '../database/statement.js';
import { NOTIFY_OF_MERGE } from '../record-outcome/merge.fragment.js';
import { findPayment, MATCH_PARAMS, mergeInto, toMatchValues } from './match-event.fragment.js';
import type { WaitingEvent } from './webhook-inbox.row.js';

/** The payment was seen before, so a locked event is safe to skip: the holder of the lock finds the payment too. */
export function giveEventStatement(event: WaitingEvent): Statement {
  return GIVE_EVENT(toMatchValues(event));
}

const GIVE_EVENT = compileStatement(
  MATCH_PARAMS,
  `
WITH event AS (
  SELECT id FROM webhook_inbox WHERE id = :inbox_id AND state = 'waiting' FOR UPDATE SKIP LOCKED
), ${findPayment('EXISTS (SELECT FROM event)')}, given AS (
  UPDATE webhook_inbox AS w
     SET state = CASE WHEN found.is_contested THEN 'contested' ELSE 'stored' END,
         payment_id = found.id, decided_at = clock_timestamp()
    FROM found
   WHERE w.id = :inbox_id
  RETURNING w.*
), ${mergeInto('given')}
SELECT state, ${NOTIFY_OF_MERGE} FROM given`,
);
