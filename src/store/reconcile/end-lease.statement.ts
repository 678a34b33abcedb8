import { compileStatement } from '../database/statement.js';

export const endLeaseStatement = compileStatement(
  { id: 'text', attempts: 'integer', due_again_at: 'timestamptz' },
  `
UPDATE payments SET reconcile_after = :due_again_at
 WHERE id = :id AND reconcile_attempts = :attempts AND reconcile_after > :due_again_at`,
);
