import type { Payment } from '../../payments/model/payment.js';
import type { ListedPayment, PaymentSliceQuery } from '../../payments/ports/payment-list.js';
import type { OwnedId, PaymentReads } from '../../payments/ports/payment-reads.js';
import type { SqlStatements } from '../database/sql-database.js';
import { runStatement, type Statement } from '../database/statement.js';
import { asSelected, toPayment } from '../payments/payment.row.js';
import {
  findByIdsStatement,
  findByIdStatement,
  findByKeyStatement,
  findByOrderIdsStatement,
} from './find-payments.statement.js';
import { listPaymentsStatement, toListedPayment } from './list-payments.statement.js';

export class SqlPaymentReads implements PaymentReads {
  constructor(private readonly statements: SqlStatements) {}

  async findByIds(owned: readonly OwnedId[]): Promise<(Payment | null)[]> {
    const payments = await this.read(findByIdsStatement(owned));
    const byId = new Map(payments.map((payment) => [payment.id, payment]));
    return owned.map(({ id, scope }) => {
      const payment = byId.get(id);
      return payment?.scope === scope ? payment : null;
    });
  }

  async findByOrderIds(scope: string, orderIds: readonly string[]): Promise<(Payment | null)[]> {
    const payments = await this.read(findByOrderIdsStatement(scope, orderIds));
    const byOrderId = new Map(payments.map((payment) => [payment.orderId, payment]));
    return orderIds.map((orderId) => byOrderId.get(orderId) ?? null);
  }

  /** Also by a key that has expired since: the payment still answers "was I charged?". */
  async findByIdempotencyKey(scope: string, idempotencyKey: string): Promise<Payment | null> {
    return this.readOne(findByKeyStatement(scope, idempotencyKey));
  }

  async listPayments(scope: string, query: PaymentSliceQuery): Promise<ListedPayment[]> {
    return (await runStatement(this.statements, listPaymentsStatement(scope, query))).map(toListedPayment);
  }

  async readBack(paymentId: string): Promise<Payment | null> {
    return this.readOne(findByIdStatement(paymentId));
  }

  private async readOne(statement: Statement): Promise<Payment | null> {
    const [payment] = await this.read(statement);
    return payment ?? null;
  }

  private async read(statement: Statement): Promise<Payment[]> {
    return (await runStatement(this.statements, statement)).map((row) => toPayment(asSelected(row)));
  }
}
