import { compileStatement } from '../database/statement.js';
import { selectPayment, STORED_EVENTS } from '../payments/select-payment.fragment.js';

export const listFlaggedStatement = compileStatement(
  { cleared_reasons: 'text[]', outcomes: 'text[]' },
  `
SELECT ${selectPayment(STORED_EVENTS)}
  FROM payments AS p
 WHERE flagged_reason IS NOT NULL
   AND NOT (flagged_reason = ANY (:cleared_reasons) AND state = ANY (:outcomes))
   AND NOT (flagged_reason = 'ABSENCE_NOT_PROVED' AND state = 'FAILED_INFERRED')
 ORDER BY flagged_at, id`,
);
