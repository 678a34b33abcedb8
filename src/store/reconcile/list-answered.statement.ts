import { compileStatement } from '../database/statement.js';

export const listAnsweredStatement = compileStatement(
  { reference_is_ours: 'boolean', older_than_ms: 'float8' },
  `
SELECT order_id, merchant_reference_id
  FROM (SELECT * FROM payments
         WHERE order_id IS NOT NULL AND created_at <= statement_timestamp() - :older_than_ms * interval '1 millisecond'
         ORDER BY created_at DESC LIMIT 5000) AS newest
 WHERE reference_is_ours = :reference_is_ours
 ORDER BY created_at DESC LIMIT 500`,
);
