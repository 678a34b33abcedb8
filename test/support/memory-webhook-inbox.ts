import { StoreUnavailableError } from '../../src/payments/model/errors.js';
import type { PaymentUpdate } from '../../src/payments/ports/payment-update.js';
import type { PaymentState } from '../../src/payments/model/status.js';
import type {
  InboxEvent,
  ReceiptOfEvent,
  UnknownPaymentEvent,
  WebhookInbox,
} from '../../src/payments/ports/webhook-inbox.js';
import { overrules } from './overrules.js';

/** As much of a payment as an inbox needs. */
export interface InboxPayment {
  readonly id: string;
  readonly referenceIsOurs: boolean;
  readonly orderId: string | null;
  readonly state: PaymentState;
  readonly providerTimeMs: number;
  /** By fact id. */
  readonly timeline: ReadonlyMap<string, PaymentUpdate>;
}

/** The inbox's port in this process, so that the receiver can be tested before and without a database. */
export class MemoryWebhookInbox implements WebhookInbox {
  readonly events = new Map<string, InboxEvent>();
  /** Ids of the payments that are to be looked up. */
  readonly lookups: string[] = [];
  private readonly payments = new Map<string, InboxPayment>();
  private readonly waiting = new Set<string>();
  private readonly watchers = new Set<() => void>();
  private isDown = false;

  addPayment(payment: Partial<InboxPayment> & Pick<InboxPayment, 'id'>): void {
    this.payments.set(payment.id, {
      ...{ referenceIsOurs: true, orderId: null, state: 'PROCESSING', providerTimeMs: 0, timeline: new Map() },
      ...payment,
    });
  }

  payment(id: string): InboxPayment {
    const payment = this.payments.get(id);
    if (payment === undefined) throw new Error(`no payment ${id}`);
    return payment;
  }

  /** Resolves once the payment stands there; looks again whenever an event has come. */
  async reached(paymentId: string, state: PaymentState): Promise<void> {
    while (this.payment(paymentId).state !== state) await this.nextCall();
  }

  /** Resolves when the next event has been written down or, while it is down, turned away. */
  nextCall(): Promise<void> {
    return new Promise<void>((resolve) => this.watchers.add(resolve));
  }

  /** Until it comes up again, every call fails as it does without a database. */
  goDown(): void {
    this.isDown = true;
  }

  comeUp(): void {
    this.isDown = false;
  }

  async receive(event: InboxEvent): Promise<ReceiptOfEvent> {
    try {
      await this.assertUp();
      return this.keep(event);
    } finally {
      for (const wake of this.watchers) wake();
      this.watchers.clear();
    }
  }

  async sweep(): Promise<number> {
    await this.assertUp();
    const receipts = [...this.waiting].flatMap((id) => {
      const event = this.events.get(id);
      return event === undefined ? [] : [this.give(event)];
    });
    return receipts.filter((receipt) => receipt !== 'waiting').length;
  }

  takeUnknown(): Promise<UnknownPaymentEvent[]> {
    return Promise.resolve([]);
  }

  private keep(event: InboxEvent): ReceiptOfEvent {
    if (this.events.has(event.id)) return 'duplicate';
    this.events.set(event.id, event);
    return event.update === null && !event.asksLookup ? 'stored' : this.give(event);
  }

  private give(event: InboxEvent): ReceiptOfEvent {
    const payment = this.find(event);
    if (payment === null) {
      this.waiting.add(event.id);
      return 'waiting';
    }
    this.waiting.delete(event.id);
    const { orderId } = event.match;
    if (orderId !== null && payment.orderId !== null && payment.orderId !== orderId) return 'contested';
    if (event.asksLookup) this.lookups.push(payment.id);
    if (event.update !== null) this.payments.set(payment.id, merge(payment, event.update));
    return 'stored';
  }

  private find({ match }: InboxEvent): InboxPayment | null {
    const all = [...this.payments.values()];
    const byOrder = all.find(({ orderId }) => orderId !== null && orderId === match.orderId);
    const byMetadata = all.find(({ id }) => id === match.gatewayPaymentId);
    const byReference = all.find(
      ({ id, referenceIsOurs }) =>
        referenceIsOurs && id === match.merchantReferenceId && match.gatewayPaymentId === null,
    );
    return byOrder ?? byMetadata ?? byReference ?? null;
  }

  private assertUp(): Promise<void> {
    return this.isDown ? Promise.reject(new StoreUnavailableError('the test took it down')) : Promise.resolve();
  }
}

function merge(payment: InboxPayment, update: PaymentUpdate): InboxPayment {
  if (payment.timeline.has(update.dedupeKey)) return payment;
  const { state, providerTimeMs } = overrules(update, payment) ? update : payment;
  return {
    ...payment,
    ...{ state, providerTimeMs },
    orderId: payment.orderId ?? update.fields.orderId ?? null,
    timeline: new Map([...payment.timeline, [update.dedupeKey, update]]),
  };
}
