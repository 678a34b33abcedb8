import type { Clock } from '../../shared/clock.js';
import { StoreBusyError, StoreUnavailableError } from '../../payments/model/errors.js';
import type { Payment } from '../../payments/model/payment.js';
import type {
  ClaimAnswer,
  ClaimRefusal,
  NewClaim,
  PaymentStore,
  ReleaseOptions,
  TakeOverAnswer,
  TakeOverOptions,
} from '../../payments/ports/payment-store.js';
import type { PaymentUpdate } from '../../payments/ports/payment-update.js';
import { toClaimAnswer, toTakeOverAnswer } from '../create-payment/claim-answers.js';
import { claimStatement } from '../create-payment/claim.statement.js';
import { isRateExceeded } from '../create-payment/rate-limit.fragment.js';
import { releaseStatement } from '../create-payment/release.statement.js';
import { restoreStatement } from '../create-payment/restore.statement.js';
import { takeOverStatement } from '../create-payment/take-over.statement.js';
import type { SqlDatabase, SqlRow } from '../database/sql-database.js';
import { runStatement, type Statement } from '../database/statement.js';
import { isAnswerLost } from '../database/store-errors.js';
import { SqlPaymentReads } from '../find-payments/payment-reads.js';
import { record } from '../record-outcome/record-outcome.js';
import { countQrRefreshStatement } from '../refresh-wallet-qr/count-qr-refresh.statement.js';
import { asSelected, toPayment } from './payment.row.js';

interface PaymentStoreDeps {
  readonly database: SqlDatabase;
  readonly clock: Clock;
  readonly inbox: WaitingEvents;
}

interface WaitingEvents {
  /** Gives the provider's events that wait for the order to the payment that has it. Returns their ids. */
  giveOrder(orderId: string): Promise<string[]>;
}

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

  /** No row: another claim was faster with the key. Null: another was faster with the last payment of a rate. */
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
    const [row] = await runStatement(this.database.owed, releaseStatement(paymentId, options));
    if (row !== undefined) return toPayment(asSelected(row));
    // A second statement: what moved the payment may be newer than the snapshot of the first.
    return this.owedReads.readBack(paymentId);
  }

  async record(paymentId: string, update: PaymentUpdate): Promise<Payment> {
    const recorded = await record(this.database.owed, paymentId, update);
    const given = update.fields.orderId ? await this.inbox.giveOrder(update.fields.orderId) : [];
    if (given.length === 0) return recorded;
    return (await this.owedReads.readBack(paymentId)) ?? recorded;
  }

  async restore(payment: Payment): Promise<void> {
    await runStatement(this.database.owed, restoreStatement(payment));
  }

  async countQrRefresh(scope: string, mostPerMinute: number): Promise<ClaimRefusal | null> {
    const [row] = await runStatement(this.database, countQrRefreshStatement(scope, mostPerMinute));
    return row?.is_counted === true ? null : { kind: 'limited', retryAfterMs: Number(row?.retry_after_ms) };
  }

  async assertReady(): Promise<void> {
    const [row] = await this.database.owed.query(
      `SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off' AS writable`,
      [],
    );
    if (row?.writable !== true) throw new StoreUnavailableError('The database takes no writes.');
  }

  /**
   * Runs a claim again while its answer gets lost, as long as it would be good for: a claim that
   * was committed is found by its claim id and not made twice.
   */
  private async runUntilAnswered(statement: Statement, goodForMs: number): Promise<SqlRow[]> {
    const startedAtMs = this.clock.monotonicNow();
    let lost: unknown = null;
    for (const pauseMs of [...PAUSES_AFTER_LOST_ANSWER_MS, Infinity]) {
      try {
        return await runStatement(this.database, statement);
      } catch (error) {
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

/** The second is for another claim that won the key between snapshot and insert; a third would be a bug. */
const CLAIM_ATTEMPTS = 3;
const PAUSES_AFTER_LOST_ANSWER_MS = [20, 200];
