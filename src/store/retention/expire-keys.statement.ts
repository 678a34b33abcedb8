import { compileStatement } from '../database/statement.js';

export const expireKeysStatement = compileStatement(
  { age_ms: 'float8', states_at_rest: 'text[]' },
  `
UPDATE payments SET idempotency_key = NULL
 WHERE id IN (SELECT id FROM payments
               WHERE idempotency_key IS NOT NULL
                 AND created_at < clock_timestamp() - :age_ms * interval '1 millisecond'
                 AND state = ANY (:states_at_rest)
               ORDER BY created_at LIMIT 1000 FOR UPDATE SKIP LOCKED)
RETURNING id`,
);
