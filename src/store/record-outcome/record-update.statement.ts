import type { PaymentUpdate } from '../../payments/ports/payment-update.js';
import { compileStatement, type Statement } from '../database/statement.js';
import { mergeOf, SELECT_RECORDED } from './merge.fragment.js';
import { toUpdateValues, UPDATE_PARAMS } from './update.params.js';

/** No row: the payment is not there, or another payment has the order. */
export function recordUpdateStatement(paymentId: string, update: PaymentUpdate): Statement {
  return RECORD_UPDATE({ ...toUpdateValues(update), payment_id: paymentId });
}

const PARAMS = { ...UPDATE_PARAMS, payment_id: 'text' } as const;

const RECORD_UPDATE = compileStatement(
  PARAMS,
  `
WITH held AS (
  SELECT FROM payments WHERE order_id = :order_id AND id <> :payment_id
), ${mergeOf({ paymentId: '(SELECT :payment_id WHERE NOT EXISTS (SELECT FROM held))', asksLookup: 'false' })}
${SELECT_RECORDED}`,
);
