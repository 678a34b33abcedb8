import { PaymentLostError } from '../../payments/model/errors.js';
import type { Payment } from '../../payments/model/payment.js';
import type { PaymentUpdate } from '../../payments/ports/payment-update.js';
import { newId } from '../../shared/ids.js';
import type { Statement } from '../database/named-params.js';
import { asSelected, toPayment } from '../payments/payment.row.js';
import {
  recordHeldStatement,
  recordStatement,
  recordTakenStatement,
  takeOrderStatement,
} from './record-outcome.statement.js';
import type { SqlStatements } from '../database/sql-database.js';
import { findSqlState } from '../database/store-errors.js';

/**
 * Merges update into its payment. An order belongs to one payment: where another payment has the order that the update tells of, the answer was
 * another's, or the other's was. Throws PaymentLostError where the payment is not there.
 */
export async function record(statements: SqlStatements, paymentId: string, update: PaymentUpdate): Promise<Payment> {
  const recorded = await select(statements, recordStatement(paymentId, update));
  if (recorded !== null) return recorded;
  const orderId = update.fields.orderId ?? null;
  const merged = orderId === null ? null : await recordHeld({ paymentId, update, orderId }, statements);
  if (merged === null) throw new PaymentLostError(paymentId);
  return merged;
}

interface HeldOrder {
  readonly paymentId: string;
  readonly update: PaymentUpdate;
  /** Another payment has it. */
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
    const { text, params } = takeOrderStatement({ payment_id: paymentId, order_id: orderId, event_id: eventId });
    await statements.query(text, params);
    return selectOnce(statements, recordTakenStatement(paymentId, update));
  });
}

/** What is left of an outcome that names another payment's order. */
function toUnproved({ source, providerTimeMs, eventId, dedupeKey }: PaymentUpdate): PaymentUpdate {
  return {
    ...{ state: 'UNKNOWN', source, providerTimeMs, eventId, dedupeKey, fields: {} },
    detail: 'The provider named an order that another payment has. The provider is asked for this payment’s own.',
  };
}

async function select(statements: SqlStatements, statement: Statement): Promise<Payment | null> {
  return untilOrderIsSeen(() => selectOnce(statements, statement));
}

async function selectOnce(statements: SqlStatements, { text, params }: Statement): Promise<Payment | null> {
  const [row] = await statements.query(text, params);
  return row === undefined ? null : toPayment(asSelected(row));
}

/** Runs once more what gave a payment an order in the very moment in which another payment got it: now that is seen. */
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
