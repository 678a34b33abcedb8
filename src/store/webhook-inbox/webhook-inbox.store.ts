import type { Clock } from '../../shared/clock.js';
import { StoreUnavailableError } from '../../payments/model/errors.js';
import type {
  InboxEvent,
  ReceiptOfEvent,
  UnknownPaymentEvent,
  WebhookInbox,
} from '../../payments/ports/webhook-inbox.js';
import { LOOKED_UP_FOR_MS } from '../../payments/ports/reconciliation-store.js';
import { toTimeParam, type SqlRow, type SqlStatements } from '../database/sql-database.js';
import { runStatement, type Statement } from '../database/statement.js';
import { untilOrderIsSeen } from '../record-outcome/record-outcome.js';
import { findWaitingStatement } from './find-waiting.statement.js';
import { giveEventStatement } from './give-event.statement.js';
import { giveUpStatement } from './give-up.statement.js';
import { pageWaitingStatement } from './page-waiting.statement.js';
import { receiveEventStatement } from './receive-event.statement.js';
import { takeUnknownStatement } from './take-unknown.statement.js';
import { toWaitingEvent, type InboxRow, type WaitingEvent } from './webhook-inbox.row.js';

/**
 * An event that waits for an order and the payment that learns the order's id never miss each
 * other: each is committed first and looks for the other then. Where a process dies in between, the
 * sweep finds them.
 */
export class SqlWebhookInbox implements WebhookInbox {
  constructor(
    private readonly database: SqlStatements,
    private readonly clock: Clock,
  ) {}

  async receive(event: InboxEvent): Promise<ReceiptOfEvent> {
    const [row] = await this.merge(receiveEventStatement(event));
    if (row === undefined) return 'duplicate';
    const receipt = row.receipt as ReceiptOfEvent;
    if (receipt === 'contested' || event.match.orderId === null) return receipt;
    const given = await this.giveOrder(event.match.orderId);
    return given.includes(event.id) ? 'stored' : receipt;
  }

  async sweep(): Promise<number> {
    await this.giveUp();
    let given = 0;
    let after: PageStart | null = BEFORE_ALL;
    while (after !== null) {
      const page: SqlRow[] = await this.readPage(after);
      const events = page.filter(({ finds_payment }) => finds_payment === true).map(toEvent);
      given += (await this.give(events)).length;
      after = page.length < PAGE_SIZE ? null : (page.at(-1)?.event as InboxRow);
    }
    return given;
  }

  async takeUnknown(waitedForMs: number): Promise<UnknownPaymentEvent[]> {
    const receivedBefore = toTimeParam(this.clock.now() - waitedForMs);
    const rows = await runStatement(this.database, takeUnknownStatement({ received_before: receivedBefore }));
    return rows.map(({ id, gateway_payment_id, order_id }) => ({
      eventId: String(id),
      paymentId: String(gateway_payment_id),
      orderId: typeof order_id === 'string' ? order_id : null,
    }));
  }

  /**
   * Call it after the payment's order id is committed. Returns the events' ids. Where the database
   * is gone by now, nothing is thrown, and the sweep does the rest.
   */
  async giveOrder(orderId: string): Promise<string[]> {
    try {
      const rows = await runStatement(this.database, findWaitingStatement({ order_id: orderId }));
      return await this.give(rows.map(toEvent));
    } catch (error) {
      if (error instanceof StoreUnavailableError) return [];
      throw error;
    }
  }

  private async give(events: readonly WaitingEvent[]): Promise<string[]> {
    const given: string[] = [];
    for (const event of events) {
      const [row] = await this.merge(giveEventStatement(event));
      if (row?.state === 'stored') given.push(event.id);
    }
    return given;
  }

  private async giveUp(): Promise<void> {
    const statement = giveUpStatement({ received_before: toTimeParam(this.clock.now() - LOOKED_UP_FOR_MS) });
    let rows: SqlRow[];
    do rows = await runStatement(this.database, statement);
    while (rows.length > 0);
  }

  private readPage({ received_at, id }: PageStart): Promise<SqlRow[]> {
    const after = { after_received_at: received_at, after_id: id };
    return runStatement(this.database, pageWaitingStatement({ ...after, page_size: PAGE_SIZE }));
  }

  private merge(statement: Statement): Promise<SqlRow[]> {
    return untilOrderIsSeen(() => runStatement(this.database, statement));
  }
}

/** Each row costs three looks into an index: far below the time limit of a statement. */
const PAGE_SIZE = 500;
type PageStart = Pick<InboxRow, 'received_at' | 'id'>;
const BEFORE_ALL: PageStart = { received_at: toTimeParam(0), id: '' };

function toEvent({ event }: SqlRow): WaitingEvent {
  return toWaitingEvent(event as InboxRow);
}
