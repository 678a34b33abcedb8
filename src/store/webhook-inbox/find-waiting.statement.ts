import { compileStatement } from '../database/statement.js';
import { FINDS_PAYMENT } from './match-event.fragment.js';

export const findWaitingStatement = compileStatement(
  { order_id: 'text' },
  `
SELECT to_jsonb(w) AS event FROM webhook_inbox AS w
 WHERE w.state = 'waiting' AND w.order_id = :order_id AND ${FINDS_PAYMENT}
 ORDER BY w.received_at, w.id`,
);
