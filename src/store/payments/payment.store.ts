import type { Clock } from '../../shared/clock.js';
import { StoreBusyError, StoreUnavailableError } from '../../payments/model/errors.js';
import type { Payment } from '../../payments/model/payment.js';
import type {
  ClaimAnswer,
  ClaimRefusal,
  NewClaim,
  TakeOverOptions,
  PaymentStore,
  ReleaseOptions,
  TakeOverAnswer,
} from '../../payments/ports/payment-store.js';
import type { PaymentUpdate } from '../../payments/ports/payment-update.js';
import {
  claimStatement,
  releaseStatement,
  restoreStatement,
  takeOverStatement,
} from '../create-payment/claim.statements.js';
import type { Statement } from '../database/named-params.js';
import { SqlPaymentReads } from '../find-payments/payment-reads.js';
import { asSelected, toPayment, type PaymentRow } from './payment.row.js';
import { record } from '../record-outcome/record-outcome.js';
import { countQrRefreshStatement } from '../refresh-wallet-qr/qr-refresh-rate.statement.js';
import { isRateExceeded } from '../create-payment/rate-limit.fragments.js';
import type { SqlDatabase, SqlRow } from '../database/sql-database.js';
import { isAnswerLost } from '../database/store-errors.js';

export interface PaymentStoreDeps {
  readonly database: SqlDatabase;
  readonly clock: Clock;
  readonly inbox: WaitingEvents;
}

/** The provider's events that came before their payment knew its order. */
export interface WaitingEvents {
  /** Gives them to the payment that has the order, and returns their ids. */
  giveOrder(orderId: string): Promise<string[]>;
}

/** Payments in a PostgreSQL database, server or embedded. */
export class SqlPaymentStore extends SqlPaymentReads implements PaymentStore {
  private readonly database: SqlDatabase;
  private readonly owedReads: SqlPaymentReads;
  private readonly clock: Clock;
  private readonly inbox: WaitingEvents;

  constructor({ database, clock, inbox }: PaymentStoreDeps) {
    super(database);
    this.database = database;
    this.owedReads = new SqlPaymentReads(database.owed);
    this.clock = clock;
    this.inbox = inbox;
  }

  async claim(claim: NewClaim): Promise<ClaimAnswer | ClaimRefusal> {
    const statement = claimStatement(claim);
    for (let attempt = 1; attempt <= CLAIM_ATTEMPTS; attempt++) {
      const [row] = (await this.tryClaim(statement, claim.sendWindowMs)) ?? [];
      if (row !== undefined) return toClaimAnswer(row, claim.claimId);
    }
    throw new Error(`the payment ${claim.id} is neither inserted nor in conflict with one that can be seen`);
  }

  /** No row where somebody else was faster with the key, null where with the last payment of a rate. */
  private async tryClaim(statement: Statement, goodForMs: number): Promise<SqlRow[] | null> {
    try {
      return await this.runUntilAnswered(statement, goodForMs);
    } catch (error) {
      if (isRateExceeded(error)) return null;
      throw error;
    }
  }

  async takeOver(paymentId: string, options: TakeOverOptions): Promise<TakeOverAnswer | ClaimRefusal | null> {
    const statement = takeOverStatement(paymentId, options);
    for (let attempt = 1; attempt <= CLAIM_ATTEMPTS; attempt++) {
      const rows = await this.tryClaim(statement, options.sendWindowMs);
      if (rows !== null) return rows[0] === undefined ? null : toTakeOverAnswer(rows[0]);
    }
    return null;
  }

  async release(paymentId: string, options: ReleaseOptions): Promise<Payment | null> {
    const { text, params } = releaseStatement(paymentId, options);
    const [row] = await this.database.owed.query(text, params);
    if (row !== undefined) return toPayment(asSelected(row));
    // Read anew: what moved it may have been written after the statement began.
    return this.owedReads.readBack(paymentId);
  }

  async record(paymentId: string, update: PaymentUpdate): Promise<Payment> {
    const recorded = await record(this.database.owed, paymentId, update);
    const given = update.fields.orderId ? await this.inbox.giveOrder(update.fields.orderId) : [];
    if (given.length === 0) return recorded;
    return (await this.owedReads.readBack(paymentId)) ?? recorded;
  }

  async restore(payment: Payment): Promise<void> {
    const { text, params } = restoreStatement(payment);
    await this.database.owed.query(text, params);
  }

  async countQrRefresh(scope: string, mostPerMinute: number): Promise<ClaimRefusal | null> {
    const [row] = await this.run(countQrRefreshStatement(scope, mostPerMinute));
    return row?.is_counted === true ? null : { kind: 'limited', retryAfterMs: Number(row?.retry_after_ms) };
  }

  async assertReady(): Promise<void> {
    const [row] = await this.database.owed.query(
      `SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off' AS writable`,
      [],
    );
    if (row?.writable !== true) throw new StoreUnavailableError('The database takes no writes.');
  }

  private run({ text, params }: Statement): Promise<SqlRow[]> {
    return this.database.query(text, params);
  }

  /**
   * Runs a claim again while its answer gets lost: it may have been committed, and under its claim id it is found, not made twice.
   * Not for longer than the claim would be good for.
   */
  private async runUntilAnswered(statement: Statement, goodForMs: number): Promise<SqlRow[]> {
    const startedAtMs = this.clock.monotonicNow();
    let lost: unknown = null;
    for (const pauseMs of [...PAUSES_AFTER_LOST_ANSWER_MS, Infinity]) {
      try {
        return await this.run(statement);
      } catch (error) {
        // That this try wrote nothing says nothing about an earlier one.
        if (lost !== null && error instanceof StoreBusyError) throw lost;
        const isOver = this.clock.monotonicNow() - startedAtMs + pauseMs >= goodForMs;
        if (isOver || !isAnswerLost(error)) throw error;
        lost = error;
        await this.clock.sleep(pauseMs);
      }
    }
    throw lost;
  }
}

/** One answers as a rule. A second is needed where another claim won the key in the moment between; a third would be a bug. */
const CLAIM_ATTEMPTS = 3;
/** Long enough for a failover of the connection, short enough for the caller. */
const PAUSES_AFTER_LOST_ANSWER_MS = [20, 200];

/**
 * Ours are the row just inserted and the one that an earlier attempt of this very claim inserted, as long as nobody has taken it over since
 * (which raises the epoch).
 */
function toClaimAnswer(row: SqlRow, claimId: string): ClaimAnswer | ClaimRefusal {
  if (typeof row.retry_after_ms === 'number') return { kind: 'limited', retryAfterMs: row.retry_after_ms };
  const selected = asSelected(row);
  const payment = toPayment(selected);
  if (row.is_new === true || isUntouchedClaim(selected.payment, claimId))
    return { kind: 'claimed', payment, hasProviderEvent: row.has_provider_event === true };
  return { kind: payment.idempotencyKey === null ? 'expired' : 'taken', payment };
}

function toTakeOverAnswer(row: SqlRow): TakeOverAnswer | ClaimRefusal {
  if (typeof row.wait_ms === 'number') return { kind: 'tooEarly', retryAfterMs: row.wait_ms };
  if (typeof row.retry_after_ms === 'number') return { kind: 'limited', retryAfterMs: row.retry_after_ms };
  return { kind: 'takenOver', payment: toPayment(asSelected(row)) };
}

function isUntouchedClaim({ claim_id, epoch, state }: PaymentRow, claimId: string): boolean {
  return claim_id === claimId && epoch === 1 && state === 'PROCESSING';
}
