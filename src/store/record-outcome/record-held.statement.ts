import type { PaymentUpdate } from '../../payments/ports/payment-update.js';
import { compileStatement, type Statement } from '../database/statement.js';
import { flagWith } from '../flags/flag.fragment.js';
import { mergeOf, SELECT_RECORDED } from './merge.fragment.js';
import { toUpdateValues, UPDATE_PARAMS } from './update.params.js';

/** Flags the payment, as another one had the order; where that one keeps it (`heldOrderId`), flags it too. */
export function recordHeldStatement(paymentId: string, update: PaymentUpdate, heldOrderId: string | null): Statement {
  return RECORD_HELD({ ...toUpdateValues(update), payment_id: paymentId, other_order: heldOrderId });
}

const PARAMS = { ...UPDATE_PARAMS, payment_id: 'text' } as const;

const RECORD_HELD = compileStatement(
  PARAMS,
  `
WITH holder AS (
  UPDATE payments AS p SET ${flagWith("'ORDER_OF_ANOTHER'")} WHERE order_id = :other_order AND id <> :payment_id
), ${mergeOf({ paymentId: ':payment_id', asksLookup: 'false', flag: "'ORDER_OF_ANOTHER'" })}
${SELECT_RECORDED}`,
);
