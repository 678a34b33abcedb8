import type { Clock } from '../../shared/clock.js';
import { newId } from '../../shared/ids.js';
import { isTerminal, STATE_RANKS, toPublicStatus, type PaymentState } from '../../payments/model/status.js';
import {
  REASONS_CLEARED_BY_OUTCOME,
  type AnsweredOptions,
  type AnsweredPayment,
  type CleanLookupOptions,
  type CleanLookups,
  type DuePayment,
  type FlaggedPayment,
  type FlagReason,
  type LockDueOptions,
  type ReconciliationStore,
} from '../../payments/ports/reconciliation-store.js';
import type { SqlDatabase, SqlRow } from '../database/sql-database.js';
import { runStatement, type Statement } from '../database/statement.js';
import { flagStatement } from '../flags/flag.statement.js';
import { listFlaggedStatement } from '../flags/list-flagged.statement.js';
import { listUnalarmedStatement } from '../flags/list-unalarmed.statement.js';
import { recordAlarmStatement } from '../flags/record-alarm.statement.js';
import { recordAmbiguousStatement } from '../flags/record-ambiguous.statement.js';
import { asSelected, toPayment, type PaymentRow } from '../payments/payment.row.js';
import { expireKeysStatement } from '../retention/expire-keys.statement.js';
import { endLeaseStatement } from './end-lease.statement.js';
import { findHoldersStatement } from './find-holders.statement.js';
import { giveUpStatement } from './give-up.statement.js';
import { listAnsweredStatement } from './list-answered.statement.js';
import { lockDueStatement } from './lock-due.statement.js';
import { recordAnsweredStatement } from './record-answered.statement.js';
import { recordCleanLookupStatement } from './record-clean-lookup.statement.js';
import { renewLeaseStatement } from './renew-lease.statement.js';
import { stopLookingStatement } from './stop-looking.statement.js';

export class SqlReconciliationStore implements ReconciliationStore {
  constructor(
    private readonly database: SqlDatabase,
    private readonly clock: Clock,
  ) {}

  async lockDue(options: LockDueOptions): Promise<DuePayment[]> {
    const eventIds = Array.from({ length: options.limit }, () => newId('event', this.clock.now()));
    return (await this.run(lockDueStatement(options, eventIds))).map(toDuePayment);
  }

  async renewLease({ payment, attempts }: DuePayment, leaseMs: number): Promise<void> {
    await this.run(renewLeaseStatement({ id: payment.id, attempts, lease_ms: leaseMs }));
  }

  async endLease({ payment, attempts, dueAgainAt }: DuePayment): Promise<void> {
    await this.run(endLeaseStatement({ id: payment.id, attempts, due_again_at: dueAgainAt }));
  }

  async recordCleanLookup(due: DuePayment, options: CleanLookupOptions): Promise<CleanLookups> {
    const [row] = await this.run(recordCleanLookupStatement(due, options));
    return { count: Number(row?.clean_lookups ?? 0), isTimeOver: row?.is_time_over === true };
  }

  async recordAmbiguous(paymentId: string, orderIds: readonly string[]): Promise<void> {
    await this.run(recordAmbiguousStatement({ id: paymentId, order_ids: orderIds }));
  }

  async flag(paymentId: string, reason: FlagReason, orderIds: readonly string[] = []): Promise<void> {
    await this.run(flagStatement({ id: paymentId, reason, order_ids: orderIds }));
  }

  async listUnalarmed(): Promise<FlaggedPayment[]> {
    return (await this.run(listUnalarmedStatement({}))).map(toFlaggedPayment);
  }

  async recordAlarm({ payment, reason }: FlaggedPayment): Promise<void> {
    await this.run(recordAlarmStatement({ id: payment.id, reason }));
  }

  async recordAnswered({ payment, askedAt }: DuePayment): Promise<void> {
    if (askedAt === null) return;
    await this.run(recordAnsweredStatement({ id: payment.id, asked_at: askedAt, quiet_states: QUIET_STATES }));
  }

  async giveUp({ payment: { id, state } }: DuePayment, ageMs: number): Promise<void> {
    await this.run(giveUpStatement({ id, state, awaited_states: AWAITED_STATES, age_ms: ageMs }));
  }

  async stopLooking({ payment: { id, state } }: DuePayment): Promise<void> {
    await this.run(stopLookingStatement({ id, state }));
  }

  async listAnswered({ referenceIsOurs, olderThanMs }: AnsweredOptions): Promise<AnsweredPayment[]> {
    const rows = await this.run(
      listAnsweredStatement({ reference_is_ours: referenceIsOurs, older_than_ms: olderThanMs }),
    );
    return rows.map((row) => ({
      orderId: String(row.order_id),
      merchantReferenceId: String(row.merchant_reference_id),
    }));
  }

  async findHolders(orderIds: readonly string[]): Promise<(string | null)[]> {
    const rows = await this.run(findHoldersStatement({ order_ids: orderIds }));
    const holders = new Map(rows.map((row) => [row.order_id, String(row.id)]));
    return orderIds.map((orderId) => holders.get(orderId) ?? null);
  }

  async listFlagged(): Promise<FlaggedPayment[]> {
    const rows = await this.run(
      listFlaggedStatement({ cleared_reasons: REASONS_CLEARED_BY_OUTCOME, outcomes: OUTCOMES }),
    );
    return rows.map(toFlaggedPayment);
  }

  async expireKeys(ageMs: number): Promise<number> {
    return (await this.run(expireKeysStatement({ age_ms: ageMs, states_at_rest: STATES_AT_REST }))).length;
  }

  private run(statement: Statement): Promise<SqlRow[]> {
    return runStatement(this.database, statement);
  }
}

type LeasedRow = PaymentRow & { readonly due_again_at: string; readonly awaits_answer: boolean };

function toDuePayment(row: SqlRow): DuePayment {
  const selected = asSelected(row);
  const leased = selected.payment as LeasedRow;
  return {
    payment: toPayment(selected),
    attempts: leased.reconcile_attempts,
    cleanLookups: leased.clean_lookups,
    ambiguousOrderIds: leased.ambiguous_orders,
    dueAgainAt: leased.due_again_at,
    awaitsAnswer: leased.awaits_answer,
    askedAt: leased.lookup_asked_at,
  };
}

function toFlaggedPayment(row: SqlRow): FlaggedPayment {
  const selected = asSelected(row);
  return {
    payment: toPayment(selected),
    reason: selected.payment.flagged_reason as FlagReason,
    ambiguousOrderIds: selected.payment.ambiguous_orders,
    otherOrderIds: selected.payment.other_orders,
    flaggedAtMs: Date.parse(selected.payment.flagged_at ?? ''),
  };
}

const STATES = Object.keys(STATE_RANKS) as PaymentState[];
const FINISHED_STATES = STATES.filter((state) => isTerminal(toPublicStatus(state)));
/** Payments that no call sends again once their key is forgotten. */
const STATES_AT_REST = [...FINISHED_STATES, 'RELEASED'];
/** By the provider's word; a conclusion of our own answers no question. */
const OUTCOMES = FINISHED_STATES.filter((state) => state !== 'FAILED_INFERRED');
/** Only an event makes such a payment worth a lookup. */
const QUIET_STATES = [...OUTCOMES, 'RELEASED'];
const AWAITED_STATES: readonly PaymentState[] = ['UNKNOWN', 'PENDING', 'REQUIRES_ACTION'];
