import { compileStatement } from '../database/statement.js';

export const giveUpStatement = compileStatement(
  { received_before: 'timestamptz' },
  `
UPDATE webhook_inbox SET state = 'given_up', decided_at = clock_timestamp()
 WHERE id IN (SELECT id FROM webhook_inbox
               WHERE state = 'waiting' AND received_at < :received_before
               ORDER BY received_at, id LIMIT 1000 FOR UPDATE SKIP LOCKED)
RETURNING id`,
);
