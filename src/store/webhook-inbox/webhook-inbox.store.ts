import type { Clock } from '../../shared/clock.js';
import { StoreUnavailableError } from '../../payments/model/errors.js';
import type {
  InboxEvent,
  ReceiptOfEvent,
  UnknownPaymentEvent,
  WebhookInbox,
} from '../../payments/ports/webhook-inbox.js';
import type { Statement } from '../database/named-params.js';
import { untilOrderIsSeen } from '../record-outcome/record-outcome.js';
import { toTimeParam, type SqlRow, type SqlStatements } from '../database/sql-database.js';
import { toWaitingEvent, type InboxRow, type WaitingEvent } from './webhook-inbox.row.js';
import {
  FIND_WAITING_OF_ORDER,
  GIVE_UP,
  giveStatement,
  PAGE_OF_WAITING,
  receiveStatement,
  TAKE_UNKNOWN,
} from './webhook-inbox.statements.js';

/**
 * Events in the same database as the payments.
 *
 * An event that waits for an order and the payment that learns the order's id never miss each other: each is committed first and looks for
 * the other afterwards, so whichever of them is later sees the earlier. A process that dies between the two leaves it to the sweep.
 */
export class SqlWebhookInbox implements WebhookInbox {
  constructor(
    private readonly database: SqlStatements,
    private readonly clock: Clock,
  ) {}

  async receive(event: InboxEvent): Promise<ReceiptOfEvent> {
    const [row] = await this.run(receiveStatement(event));
    if (row === undefined) return 'duplicate';
    const receipt = row.receipt as ReceiptOfEvent;
    if (receipt === 'contested' || event.match.orderId === null) return receipt;
    const given = await this.giveOrder(event.match.orderId);
    return given.includes(event.id) ? 'stored' : receipt;
  }

  /** Gives up on what has waited too long, then looks at all that waits, a page at a time. */
  async sweep(): Promise<number> {
    await this.giveUp();
    let given = 0;
    let after: PageStart | null = BEFORE_ALL;
    while (after !== null) {
      const rows = await this.database.query(PAGE_OF_WAITING, [after.received_at, after.id, PAGE_SIZE]);
      const events = rows.filter(({ finds_payment }) => finds_payment === true).map(toEvent);
      given += (await this.give(events)).length;
      after = rows.length < PAGE_SIZE ? null : (rows.at(-1)?.event as InboxRow);
    }
    return given;
  }

  async takeUnknown(waitedForMs: number): Promise<UnknownPaymentEvent[]> {
    const rows = await this.database.query(TAKE_UNKNOWN, [toTimeParam(this.clock.now() - waitedForMs)]);
    return rows.map(({ id, gateway_payment_id, order_id }) => ({
      eventId: String(id),
      paymentId: String(gateway_payment_id),
      orderId: typeof order_id === 'string' ? order_id : null,
    }));
  }

  /**
   * Gives waiting events of the order to the payment that has it, and returns their ids. To be called after the payment's order id is
   * committed. Where the database is gone by now, nothing is thrown: what led here is written down, and the sweep does the rest.
   */
  async giveOrder(orderId: string): Promise<string[]> {
    try {
      const rows = await this.database.query(FIND_WAITING_OF_ORDER, [orderId]);
      return await this.give(rows.map(toEvent));
    } catch (error) {
      if (error instanceof StoreUnavailableError) return [];
      throw error;
    }
  }

  private async give(events: readonly WaitingEvent[]): Promise<string[]> {
    const given: string[] = [];
    for (const event of events) {
      const [row] = await this.run(giveStatement(event));
      if (row?.state === 'stored') given.push(event.id);
    }
    return given;
  }

  private async giveUp(): Promise<void> {
    const before = toTimeParam(this.clock.now() - GIVEN_UP_AFTER_MS);
    let rows: SqlRow[];
    do rows = await this.database.query(GIVE_UP, [before]);
    while (rows.length > 0);
  }

  private run({ text, params }: Statement): Promise<SqlRow[]> {
    return untilOrderIsSeen(() => this.database.query(text, params));
  }
}

/** The reconciler asks about an unfinished payment for as long: what finds none until then is about an order of somebody else's. */
const GIVEN_UP_AFTER_MS = 7 * 86_400_000;
/** Each row costs three looks into an index: far below the time limit of a statement. */
const PAGE_SIZE = 500;
/** A page begins after this event. */
type PageStart = Pick<InboxRow, 'received_at' | 'id'>;
const BEFORE_ALL: PageStart = { received_at: toTimeParam(0), id: '' };

function toEvent({ event }: SqlRow): WaitingEvent {
  return toWaitingEvent(event as InboxRow);
}
