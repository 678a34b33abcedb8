import { compileStatement } from '../database/statement.js';
import { flagWith } from './flag.fragment.js';

export const flagStatement = compileStatement(
  { id: 'text', reason: 'text', order_ids: 'text[]' },
  `
UPDATE payments AS p
   SET ${flagWith(':reason')},
       other_orders = ARRAY(SELECT DISTINCT entry FROM unnest(p.other_orders || :order_ids) AS entry
                             WHERE entry IS DISTINCT FROM p.order_id ORDER BY 1)
 WHERE id = :id`,
);
