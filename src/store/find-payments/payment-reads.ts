import type { ListedPayment, PaymentSliceQuery } from '../../payments/ports/payment-list.js';
import type { Payment } from '../../payments/model/payment.js';
import type { OwnedId, PaymentReads } from '../../payments/ports/payment-reads.js';
import type { Statement } from '../database/named-params.js';
import { hashKey } from '../payments/key-hash.js';
import { listStatement, toListedPayment } from './payment-list.statement.js';
import { asSelected, selectPayment, STORED_EVENTS, toPayment } from '../payments/payment.row.js';
import type { SqlRow, SqlStatements } from '../database/sql-database.js';

/** Looks at payments, as urgently as the statements that it is given. */
export class SqlPaymentReads implements PaymentReads {
  constructor(private readonly statements: SqlStatements) {}

  /** The scope is part of the condition, pair by pair: neither row nor timeline of somebody else's payment is read, not even beside its owner's question. */
  async findByIds(owned: readonly OwnedId[]): Promise<(Payment | null)[]> {
    const payments = await this.select('(id, scope) IN (SELECT * FROM unnest($1::text[], $2::text[]))', [
      owned.map(({ id }) => id),
      owned.map(({ scope }) => scope),
    ]);
    const byId = new Map(payments.map((payment) => [payment.id, payment]));
    return owned.map(({ id, scope }) => {
      const payment = byId.get(id);
      return payment?.scope === scope ? payment : null;
    });
  }

  /** Should two payments of the scope claim one order, the first made is found. */
  async findByOrderIds(scope: string, orderIds: readonly string[]): Promise<(Payment | null)[]> {
    const payments = await this.select('scope = $1 AND order_id = ANY ($2::text[])', [scope, orderIds]);
    const byOrderId = new Map(payments.reverse().map((payment) => [payment.orderId, payment]));
    return orderIds.map((orderId) => byOrderId.get(orderId) ?? null);
  }

  /** Also by a key that has expired since: the payment is still the answer to "was I charged?". */
  async findByIdempotencyKey(scope: string, idempotencyKey: string): Promise<Payment | null> {
    const [payment] = await this.select('scope = $1 AND idempotency_key_hash = $2', [scope, hashKey(idempotencyKey)]);
    return payment ?? null;
  }

  async listPayments(scope: string, query: PaymentSliceQuery): Promise<ListedPayment[]> {
    return (await this.read(listStatement(scope, query))).map(toListedPayment);
  }

  /** Whoever's it is: for who has just written it. */
  async readBack(paymentId: string): Promise<Payment | null> {
    const [payment] = await this.select('id = $1', [paymentId]);
    return payment ?? null;
  }

  private async select(condition: string, params: Statement['params']): Promise<Payment[]> {
    const text = `SELECT ${selectPayment(STORED_EVENTS)} FROM payments AS p WHERE ${condition} ORDER BY id`;
    return (await this.read({ text, params })).map((row) => toPayment(asSelected(row)));
  }

  private read({ text, params }: Statement): Promise<SqlRow[]> {
    return this.statements.query(text, params);
  }
}

/** Which of the payments changed in the last so many milliseconds of the database's clock. */
export async function findChanged(
  statements: SqlStatements,
  paymentIds: readonly string[],
  withinMs: number,
): Promise<string[]> {
  const rows = await statements.query(
    `SELECT id FROM payments
      WHERE id = ANY ($1::text[]) AND updated_at > clock_timestamp() - $2::float8 * interval '1 millisecond'`,
    [paymentIds, withinMs],
  );
  return rows.map(({ id }) => String(id));
}
