import { PaymentLostError } from '../../payments/model/errors.js';
import type { Payment } from '../../payments/model/payment.js';
import type { PaymentUpdate } from '../../payments/ports/payment-update.js';
import { newId } from '../../shared/ids.js';
import type { SqlStatements } from '../database/sql-database.js';
import { runStatement, type Statement } from '../database/statement.js';
import { findSqlState } from '../database/store-errors.js';
import { asSelected, toPayment } from '../payments/payment.row.js';
import { recordHeldStatement } from './record-held.statement.js';
import { recordUpdateStatement } from './record-update.statement.js';
import { takeOrderStatement } from './take-order.statement.js';

/**
 * An order belongs to one payment: where another has the update's, one of them was given what is
 * the other's. Throws PaymentLostError where the payment is not there.
 */
export async function record(statements: SqlStatements, paymentId: string, update: PaymentUpdate): Promise<Payment> {
  const recorded = await select(statements, recordUpdateStatement(paymentId, update));
  if (recorded !== null) return recorded;
  const orderId = update.fields.orderId ?? null;
  const merged = orderId === null ? null : await recordHeld({ paymentId, update, orderId }, statements);
  if (merged === null) throw new PaymentLostError(paymentId);
  return merged;
}

interface HeldOrder {
  readonly paymentId: string;
  readonly update: PaymentUpdate;
  readonly orderId: string;
}

async function recordHeld(
  { paymentId, update, orderId }: HeldOrder,
  statements: SqlStatements,
): Promise<Payment | null> {
  if (update.provesOrder !== true)
    return select(statements, recordHeldStatement(paymentId, toUnproved(update), orderId));
  return untilOrderIsSeen(async () => {
    const eventId = newId('event', update.providerTimeMs);
    await runStatement(statements, takeOrderStatement({ payment_id: paymentId, order_id: orderId, event_id: eventId }));
    return selectOnce(statements, recordHeldStatement(paymentId, update, null));
  });
}

function toUnproved({ source, providerTimeMs, eventId, dedupeKey }: PaymentUpdate): PaymentUpdate {
  return {
    state: 'UNKNOWN',
    source,
    providerTimeMs,
    eventId,
    dedupeKey,
    fields: {},
    detail: 'The provider named an order that another payment has. The provider is asked for this payment’s own.',
  };
}

async function select(statements: SqlStatements, statement: Statement): Promise<Payment | null> {
  return untilOrderIsSeen(() => selectOnce(statements, statement));
}

async function selectOnce(statements: SqlStatements, statement: Statement): Promise<Payment | null> {
  const [row] = await runStatement(statements, statement);
  return row === undefined ? null : toPayment(asSelected(row));
}

export async function untilOrderIsSeen<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const { constraint } = error as { constraint?: unknown };
    if (findSqlState(error) === UNIQUE_VIOLATION && constraint === 'one_payment_per_order') return run();
    throw error;
  }
}

const UNIQUE_VIOLATION = '23505';
