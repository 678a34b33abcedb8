import { compileStatement } from '../database/statement.js';

export const findHoldersStatement = compileStatement(
  { order_ids: 'text[]' },
  `
SELECT order_id, id FROM payments WHERE order_id = ANY (:order_ids)`,
);
