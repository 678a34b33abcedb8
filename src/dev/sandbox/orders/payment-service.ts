import { assertNever } from '../../../shared/assert-never.js';
import type { Clock } from '../../../shared/clock.js';
import type { WebhookSender } from '../webhooks/webhook-sender.js';
import type { Amount } from './amount.js';
import type { InstrumentCourse, OrderCourse } from './instruments.js';
import { isOpen, newProviderId, newToken, type HostedStep, type Order, type OrderFailure } from './order.js';
import type { OrderBook } from './order-book.js';
import type { PaymentRequest } from './payment-request.js';
import { toWireOrder } from './wire-order.js';

export interface PaymentServiceDeps {
  readonly book: OrderBook;
  readonly webhooks: WebhookSender;
  readonly clock: Clock;
  /** Runs it after the moment that a pending payment takes. */
  readonly later: (act: () => void) => void;
}

/** As long as a QR code can be paid. */
export const QR_LIFETIME_MS = 5 * 60 * 1000;
/** As long as a challenge or a bank form can be answered. */
const PAGE_LIFETIME_MS = 15 * 60 * 1000;

export const CARD_DECLINED: OrderFailure = { code: 'card_declined', message: 'The card was declined.' };
export const CHALLENGE_DECLINED: OrderFailure = {
  code: 'authentication_declined',
  message: 'The payer declined the 3-D Secure challenge.',
};
export const PAYER_CANCELED: OrderFailure = { code: 'payer_canceled', message: 'The payer canceled the payment.' };
const PROCESSOR_ERROR: OrderFailure = {
  code: 'processor_communication_error',
  message: 'The processor is unavailable.',
};

/** Makes orders and moves them on. Each order is charged once at most; nothing keeps two orders from being for one payment, as with the real provider. */
export class PaymentService {
  /** What is to be told of orders whose own answer is still owed or was lost. */
  private readonly withheld = new Map<string, (() => void)[]>();

  constructor(private readonly parts: PaymentServiceDeps) {}

  /** A new order for each call, whatever the reference says. */
  place(request: PaymentRequest, course: InstrumentCourse & { readonly order: OrderCourse }): Order {
    const order = this.newOrder(request, course);
    this.parts.book.add(order);
    if (course.answer !== 'normal') this.withheld.set(order.orderId, []);
    this.tell('order.created', order);
    this.begin(order, course.order);
    return order;
  }

  /**
   * Sends what was withheld, a moment later. Events of an order whose answer gets lost wait until its caller has given up: they would
   * tell the outcome that is to be unknown.
   */
  speakOf(order: Order): void {
    if (!this.withheld.has(order.orderId)) return;
    this.parts.later(() => {
      const messages = this.withheld.get(order.orderId) ?? [];
      this.withheld.delete(order.orderId);
      for (const send of messages) send();
    });
  }

  /** Takes the money. Only an open order can be paid: a second time changes nothing. */
  pay(order: Order): void {
    if (!isOpen(order)) return;
    const nowMs = this.parts.clock.now();
    Object.assign(order, { status: 'success', chargedAtMs: nowMs, paymentTimeMs: nowMs });
    this.tell('order.succeeded', order);
  }

  /** Ends an open order without a charge. */
  fail(order: Order, failure: OrderFailure): void {
    if (!isOpen(order)) return;
    Object.assign(order, { status: 'failed', failure, paymentTimeMs: this.parts.clock.now() });
    this.tell('order.failed', order);
  }

  /** A fresh QR code for an order that waits for its payer. */
  renewQr(order: Order): void {
    this.parts.book.replaceStep(order, this.newStep('walletQr'));
  }

  /** Forgets what is still to be told. */
  clear(): void {
    this.withheld.clear();
  }

  findOrder(orderId: string): Order | null {
    return this.parts.book.find(orderId);
  }

  /** Gives a part of the money back. The caller has checked that so much is left. */
  giveBack(order: Order, { minorUnits }: Amount): void {
    const { currency, minorUnits: before } = order.refunded;
    order.refunded = { currency, minorUnits: before + minorUnits };
    order.status = order.refunded.minorUnits === order.request.total.minorUnits ? 'refunded' : 'partial_refunded';
  }

  private begin(order: Order, course: OrderCourse): void {
    switch (course) {
      case 'paid':
        this.pay(order);
        return;
      case 'declined':
        this.fail(order, CARD_DECLINED);
        return;
      case 'pendingPaid':
        this.parts.later(() => {
          this.pay(order);
        });
        return;
      case 'pendingFailed':
        this.parts.later(() => {
          this.fail(order, PROCESSOR_ERROR);
        });
        return;
      case 'challenge':
      case 'walletQr':
      case 'bankForm':
        this.tell('order.next_action', order);
        return;
      default:
        assertNever(course);
    }
  }

  private newOrder(request: PaymentRequest, course: InstrumentCourse & { readonly order: OrderCourse }): Order {
    const kind = stepKindOf(course.order);
    return {
      orderId: newProviderId('order'),
      sessionId: newProviderId('sess'),
      request,
      createTimeMs: this.parts.clock.now(),
      hidesMetadata: course.hidesMetadata === true,
      status: kind === null ? 'pending' : 'requires_action',
      step: kind === null ? null : this.newStep(kind),
      chargedAtMs: null,
      paymentTimeMs: null,
      failure: null,
      refunded: { minorUnits: 0n, currency: request.total.currency },
    };
  }

  private newStep(kind: HostedStep['kind']): HostedStep {
    const lifetimeMs = kind === 'walletQr' ? QR_LIFETIME_MS : PAGE_LIFETIME_MS;
    return { kind, token: newToken(), expiresAtMs: this.parts.clock.now() + lifetimeMs };
  }

  /** `order.created` speaks of the order's first moment, whatever came right after it. */
  private tell(type: 'order.created' | 'order.next_action' | 'order.succeeded' | 'order.failed', order: Order): void {
    const object = toWireOrder(order);
    const send = (): void => {
      this.parts.webhooks.publish(type, type === 'order.created' ? { ...object, status: 'created' } : object);
    };
    const messages = this.withheld.get(order.orderId);
    if (messages === undefined) send();
    else messages.push(send);
  }
}

function stepKindOf(course: OrderCourse): HostedStep['kind'] | null {
  return course === 'challenge' || course === 'walletQr' || course === 'bankForm' ? course : null;
}
