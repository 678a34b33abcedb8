import { compileStatement } from '../database/statement.js';
import { FINDS_PAYMENT } from './match-event.fragment.js';

export const pageWaitingStatement = compileStatement(
  { after_received_at: 'timestamptz', after_id: 'text', page_size: 'integer' },
  `
SELECT to_jsonb(w) AS event, ${FINDS_PAYMENT} AS finds_payment
  FROM (SELECT * FROM webhook_inbox
         WHERE state = 'waiting' AND (received_at, id) > (:after_received_at, :after_id COLLATE "C")
         ORDER BY received_at, id
         LIMIT :page_size) AS w
 ORDER BY w.received_at, w.id`,
);
