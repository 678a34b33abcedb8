import { compileStatement } from '../database/statement.js';

/** Only by metadata: a caller may use a payment's id as a reference of their own. */
export const takeUnknownStatement = compileStatement(
  { received_before: 'timestamptz' },
  `
UPDATE webhook_inbox SET alarmed_at = clock_timestamp()
 WHERE state = 'waiting' AND alarmed_at IS NULL AND received_at < :received_before
   AND gateway_payment_id ~ '^pay_[0-9a-f]{32}$'
   AND NOT EXISTS (SELECT FROM payments AS p WHERE p.id = gateway_payment_id)
RETURNING id, gateway_payment_id, order_id`,
);
