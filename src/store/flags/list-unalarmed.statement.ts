import { compileStatement } from '../database/statement.js';
import { selectPayment, STORED_EVENTS } from '../payments/select-payment.fragment.js';

export const listUnalarmedStatement = compileStatement(
  {},
  `
SELECT ${selectPayment(STORED_EVENTS)}
  FROM payments AS p
 WHERE flagged_reason IS DISTINCT FROM alarmed_reason AND flagged_reason IS NOT NULL
 ORDER BY flagged_at, id`,
);
