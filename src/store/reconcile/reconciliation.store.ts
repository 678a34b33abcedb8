import type { Clock } from '../../shared/clock.js';
import { newId } from '../../shared/ids.js';
import {
  REASONS_CLEARED_BY_OUTCOME,
  type AnsweredPayment,
  type AnsweredOptions,
  type CleanLookups,
  type CleanLookupOptions,
  type DuePayment,
  type FlaggedPayment,
  type FlagReason,
  type LockDueOptions,
  type ReconciliationStore,
} from '../../payments/ports/reconciliation-store.js';
import { isTerminal, STATE_RANKS, toPublicStatus, type PaymentState } from '../../payments/model/status.js';
import { asSelected, toPayment, type PaymentRow } from '../payments/payment.row.js';
import {
  END_LEASE,
  EXPIRE_KEYS,
  FIND_HOLDERS,
  FLAG,
  GIVE_UP,
  LIST_ANSWERED,
  LIST_FLAGGED,
  LIST_UNALARMED,
  lockDueStatement,
  RECORD_ALARM,
  RECORD_AMBIGUOUS,
  RECORD_ANSWERED,
  recordCleanLookupStatement,
  RENEW_LEASE,
  STOP_LOOKING,
} from './reconciliation.statements.js';
import type { SqlDatabase, SqlRow } from '../database/sql-database.js';

/** The reconciler's side of the store. */
export class SqlReconciliationStore implements ReconciliationStore {
  constructor(
    private readonly database: SqlDatabase,
    private readonly clock: Clock,
  ) {}

  async lockDue(options: LockDueOptions): Promise<DuePayment[]> {
    const eventIds = Array.from({ length: options.limit }, () => newId('event', this.clock.now()));
    const { text, params } = lockDueStatement(options, eventIds);
    return (await this.database.query(text, params)).map(asSelected).map((selected) => ({
      payment: toPayment(selected),
      attempts: selected.payment.reconcile_attempts,
      cleanLookups: selected.payment.clean_lookups,
      ambiguousOrderIds: selected.payment.ambiguous_orders,
      dueAgainAt: (selected.payment as LeasedRow).due_again_at,
      awaitsAnswer: (selected.payment as LeasedRow).awaits_answer,
      askedAt: selected.payment.lookup_asked_at,
    }));
  }

  async renewLease({ payment, attempts }: DuePayment, leaseMs: number): Promise<void> {
    await this.database.query(RENEW_LEASE, [payment.id, attempts, leaseMs]);
  }

  async endLease({ payment, attempts, dueAgainAt }: DuePayment): Promise<void> {
    await this.database.query(END_LEASE, [payment.id, attempts, dueAgainAt]);
  }

  async recordCleanLookup(due: DuePayment, options: CleanLookupOptions): Promise<CleanLookups> {
    const { text, params } = recordCleanLookupStatement(due, options);
    const [row] = await this.database.query(text, params);
    return { count: Number(row?.clean_lookups ?? 0), isTimeOver: row?.is_time_over === true };
  }

  async recordAmbiguous(paymentId: string, orderIds: readonly string[]): Promise<void> {
    await this.database.query(RECORD_AMBIGUOUS, [paymentId, orderIds]);
  }

  async flag(paymentId: string, reason: FlagReason, orderIds: readonly string[] = []): Promise<void> {
    await this.database.query(FLAG, [paymentId, reason, orderIds]);
  }

  async listUnalarmed(): Promise<FlaggedPayment[]> {
    return (await this.database.query(LIST_UNALARMED, [])).map(toFlaggedPayment);
  }

  async recordAlarm({ payment, reason }: FlaggedPayment): Promise<void> {
    await this.database.query(RECORD_ALARM, [payment.id, reason]);
  }

  async recordAnswered({ payment, askedAt }: DuePayment): Promise<void> {
    if (askedAt !== null) await this.database.query(RECORD_ANSWERED, [payment.id, askedAt, QUIET_STANDINGS]);
  }

  async giveUp({ payment }: DuePayment, ageMs: number): Promise<void> {
    await this.database.query(GIVE_UP, [payment.id, payment.state, AWAITED_STANDINGS, ageMs]);
  }

  async stopLooking({ payment }: DuePayment): Promise<void> {
    await this.database.query(STOP_LOOKING, [payment.id, payment.state]);
  }

  async listAnswered({ referenceIsOurs, olderThanMs }: AnsweredOptions): Promise<AnsweredPayment[]> {
    const rows = await this.database.query(LIST_ANSWERED, [referenceIsOurs, olderThanMs]);
    return rows.map((row) => ({
      orderId: String(row.order_id),
      merchantReferenceId: String(row.merchant_reference_id),
    }));
  }

  async findHolders(orderIds: readonly string[]): Promise<(string | null)[]> {
    const rows = await this.database.query(FIND_HOLDERS, [orderIds]);
    const holders = new Map(rows.map((row) => [row.order_id, String(row.id)]));
    return orderIds.map((orderId) => holders.get(orderId) ?? null);
  }

  async listFlagged(): Promise<FlaggedPayment[]> {
    const rows = await this.database.query(LIST_FLAGGED, [REASONS_CLEARED_BY_OUTCOME, OUTCOMES]);
    return rows.map(toFlaggedPayment);
  }

  async expireKeys(ageMs: number): Promise<number> {
    return (await this.database.query(EXPIRE_KEYS, [ageMs, STANDINGS_AT_REST])).length;
  }
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

const STANDINGS = Object.keys(STATE_RANKS) as PaymentState[];
const FINISHED_STANDINGS = STANDINGS.filter((state) => isTerminal(toPublicStatus(state)));
/** What was given back is nobody's: after so long no call may take it up and charge for what is forgotten. */
const STANDINGS_AT_REST = [...FINISHED_STANDINGS, 'RELEASED'];
/** By the provider's word; a conclusion of our own answers no question. */
const OUTCOMES = FINISHED_STANDINGS.filter((state) => state !== 'FAILED_INFERRED');
/** Nothing is sent, or everything is new_event: only an event makes such a payment worth a lookup. */
const QUIET_STANDINGS = [...OUTCOMES, 'RELEASED'];
/** Somebody waits for what becomes of it. */
const AWAITED_STANDINGS: readonly PaymentState[] = ['UNKNOWN', 'PENDING', 'REQUIRES_ACTION'];

/** What a lease tells beside the payment's columns. */
type LeasedRow = PaymentRow & { readonly due_again_at: string; readonly awaits_answer: boolean };
