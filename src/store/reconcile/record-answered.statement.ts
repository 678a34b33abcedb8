import { compileStatement } from '../database/statement.js';

export const recordAnsweredStatement = compileStatement(
  { id: 'text', asked_at: 'timestamptz', quiet_states: 'text[]' },
  `
UPDATE payments
   SET lookup_asked_at = NULL,
       reconcile_after = CASE WHEN state = ANY (:quiet_states) THEN NULL ELSE reconcile_after END
 WHERE id = :id AND lookup_asked_at = :asked_at`,
);
