import { compileStatement } from '../database/statement.js';

/** The attempts name the lease: each lease counts one, and each move of the state begins at none. */
export const renewLeaseStatement = compileStatement(
  { id: 'text', attempts: 'integer', lease_ms: 'float8' },
  `
UPDATE payments
   SET reconcile_after = greatest(reconcile_after, clock_timestamp() + :lease_ms * interval '1 millisecond')
 WHERE id = :id AND reconcile_attempts = :attempts AND reconcile_after IS NOT NULL`,
);
