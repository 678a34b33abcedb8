import { compileStatement } from '../database/statement.js';
import { flagWith } from './flag.fragment.js';

export const recordAmbiguousStatement = compileStatement(
  { id: 'text', order_ids: 'text[]' },
  `
UPDATE payments AS p
   SET ambiguous_orders = ARRAY(SELECT unnest(p.ambiguous_orders) UNION SELECT unnest(:order_ids)),
       ${flagWith("'AMBIGUOUS_ORDER'")}
 WHERE id = :id`,
);
