import { compileStatement } from '../database/statement.js';

export const findChangedStatement = compileStatement(
  { ids: 'text[]', within_ms: 'float8' },
  `
SELECT id FROM payments
 WHERE id = ANY (:ids) AND updated_at > clock_timestamp() - :within_ms * interval '1 millisecond'`,
);
