import { compileStatement } from '../database/statement.js';

/** Contested events stay: they alone name the second order. */
export const deleteEventsStatement = compileStatement(
  { decided_before: 'timestamptz' },
  `
DELETE FROM webhook_inbox
 WHERE id IN (SELECT id FROM webhook_inbox
               WHERE state IN ('stored', 'given_up') AND decided_at < :decided_before
               ORDER BY decided_at LIMIT 1000 FOR UPDATE SKIP LOCKED)
RETURNING id`,
);
