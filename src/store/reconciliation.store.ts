import type { Clock } from '../shared/clock.js';
import { newId } from '../shared/ids.js';
import {
  REASONS_SETTLED_BY_OUTCOME,
  type CleanLookups,
  type DuePayment,
  type FlaggedPayment,
  type FlagReason,
  type LockDueTerms,
  type ReconciliationStore,
} from '../payments/reconciliation.port.js';
import type { Payment } from '../payments/payment.js';
import { isTerminal, STANDING_RANKS, toPublicStatus, type PaymentStanding } from '../payments/status.js';
import { toPayment, type SelectedPayment } from './payment.row.js';
import {
  EXPIRE_KEYS,
  FIND_ANSWERED,
  FLAG,
  LIST_FLAGGED,
  lockDueStatement,
  RECORD_ANSWERED,
  RECORD_CLEAN_LOOKUP,
  STOP_LOOKING,
} from './reconciliation.statements.js';
import { toTimeParam, type SqlDatabase, type SqlRow } from './sql-database.js';

/** The reconciler's side of the store. */
export class SqlReconciliationStore implements ReconciliationStore {
  constructor(
    private readonly database: SqlDatabase,
    private readonly clock: Clock,
  ) {}

  async lockDue(terms: LockDueTerms): Promise<DuePayment[]> {
    const eventIds = Array.from({ length: terms.limit }, () => newId('event', this.clock.now()));
    const { text, params } = lockDueStatement(terms, eventIds);
    return (await this.database.query(text, params)).map(asSelected).map((selected) => ({
      payment: toPayment(selected),
      attempts: selected.payment.reconcile_attempts,
      cleanLookups: selected.payment.clean_lookups,
      askedAt: selected.payment.lookup_asked_at,
    }));
  }

  async recordCleanLookup(paymentId: string, turnsUpForMs: number): Promise<CleanLookups> {
    const [row] = await this.database.query(RECORD_CLEAN_LOOKUP, [paymentId, turnsUpForMs]);
    return { count: Number(row?.clean_lookups ?? 0), isTimeOver: row?.is_time_over === true };
  }

  async flag(paymentId: string, reason: FlagReason): Promise<boolean> {
    return (await this.database.query(FLAG, [paymentId, reason])).length > 0;
  }

  async recordAnswered({ payment, askedAt }: DuePayment): Promise<void> {
    if (askedAt !== null) await this.database.query(RECORD_ANSWERED, [payment.id, askedAt, FINISHED_STANDINGS]);
  }

  async stopLooking(paymentId: string): Promise<void> {
    await this.database.query(STOP_LOOKING, [paymentId]);
  }

  async findAnswered(): Promise<Payment | null> {
    const [row] = await this.database.query(FIND_ANSWERED, []);
    return row === undefined ? null : toPayment(asSelected(row));
  }

  async listFlagged(): Promise<FlaggedPayment[]> {
    const rows = await this.database.query(LIST_FLAGGED, [REASONS_SETTLED_BY_OUTCOME, FINISHED_STANDINGS]);
    return rows.map(asSelected).map((selected) => ({
      payment: toPayment(selected),
      reason: selected.payment.flagged_reason as FlagReason,
      flaggedAtMs: Date.parse(selected.payment.flagged_at ?? ''),
    }));
  }

  async expireKeys(madeBeforeMs: number): Promise<number> {
    return (await this.database.query(EXPIRE_KEYS, [toTimeParam(madeBeforeMs), FINISHED_STANDINGS])).length;
  }
}

const FINISHED_STANDINGS = (Object.keys(STANDING_RANKS) as PaymentStanding[]).filter((standing) =>
  isTerminal(toPublicStatus(standing)),
);

function asSelected(row: SqlRow): SelectedPayment {
  return row as unknown as SelectedPayment;
}
