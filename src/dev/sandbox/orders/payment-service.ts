import { assertNever } from '../../../shared/assert-never.js';
import type { Clock } from '../../../shared/clock.js';
import type { WebhookSender } from '../webhooks/webhook-sender.js';
import type { Amount } from './amount.js';
import type { InstrumentCourse, OrderCourse } from './instruments.js';
import { isOpen, newProviderId, newToken, type HostedStep, type Order, type OrderFailure } from './order.js';
import type { OrderBook } from './order-book.js';
import type { PaymentRequest } from './payment-request.js';
import { toWireOrder } from './wire-order.js';

interface PaymentServiceDeps {
  readonly book: OrderBook;
  readonly webhooks: WebhookSender;
  readonly clock: Clock;
  readonly later: (act: () => void) => void;
}

const QR_LIFETIME_MS = 5 * 60 * 1000;
const PAGE_LIFETIME_MS = 15 * 60 * 1000;

const CARD_DECLINED: OrderFailure = { code: 'card_declined', message: 'The card was declined.' };
export const CHALLENGE_DECLINED: OrderFailure = {
  code: 'authentication_declined',
  message: 'The payer declined the 3-D Secure challenge.',
};
export const PAYER_CANCELED: OrderFailure = { code: 'payer_canceled', message: 'The payer canceled the payment.' };
const PROCESSOR_ERROR: OrderFailure = {
  code: 'processor_communication_error',
  message: 'The processor is unavailable.',
};

/**
 * Makes orders and moves them on. An order is charged at most once, but two orders may be for one
 * payment, as with the real provider.
 */
export class PaymentService {
  private readonly withheld = new Map<string, (() => void)[]>();

  constructor(private readonly deps: PaymentServiceDeps) {}

  place(request: PaymentRequest, course: InstrumentCourse & { readonly order: OrderCourse }): Order {
    const order = this.newOrder(request, course);
    this.deps.book.add(order);
    if (course.answer !== 'normal') this.withheld.set(order.orderId, []);
    this.publish('order.created', order);
    this.begin(order, course.order);
    return order;
  }

  /**
   * Publishes the withheld events a moment later. An order whose answer gets lost keeps its events
   * until its caller has given up: they would reveal the outcome that is to be unknown.
   */
  releaseEvents(order: Order): void {
    if (!this.withheld.has(order.orderId)) return;
    this.deps.later(() => {
      const messages = this.withheld.get(order.orderId) ?? [];
      this.withheld.delete(order.orderId);
      for (const send of messages) send();
    });
  }

  pay(order: Order): void {
    if (!isOpen(order)) return;
    const nowMs = this.deps.clock.now();
    Object.assign(order, { status: 'success', chargedAtMs: nowMs, paymentTimeMs: nowMs });
    this.publish('order.succeeded', order);
  }

  fail(order: Order, failure: OrderFailure): void {
    if (!isOpen(order)) return;
    Object.assign(order, { status: 'failed', failure, paymentTimeMs: this.deps.clock.now() });
    this.publish('order.failed', order);
  }

  renewQr(order: Order): void {
    this.deps.book.replaceStep(order, this.newStep('walletQr'));
  }

  clear(): void {
    this.withheld.clear();
  }

  findOrder(orderId: string): Order | null {
    return this.deps.book.find(orderId);
  }

  refund(order: Order, { minorUnits }: Amount): void {
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
        this.deps.later(() => {
          this.pay(order);
        });
        return;
      case 'pendingFailed':
        this.deps.later(() => {
          this.fail(order, PROCESSOR_ERROR);
        });
        return;
      case 'challenge':
      case 'walletQr':
      case 'bankForm':
        this.publish('order.next_action', order);
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
      createTimeMs: this.deps.clock.now(),
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
    return { kind, token: newToken(), expiresAtMs: this.deps.clock.now() + lifetimeMs };
  }

  private publish(
    type: 'order.created' | 'order.next_action' | 'order.succeeded' | 'order.failed',
    order: Order,
  ): void {
    const object = toWireOrder(order);
    const send = (): void => {
      this.deps.webhooks.publish(type, type === 'order.created' ? { ...object, status: 'created' } : object);
    };
    const messages = this.withheld.get(order.orderId);
    if (messages === undefined) send();
    else messages.push(send);
  }
}

function stepKindOf(course: OrderCourse): HostedStep['kind'] | null {
  return course === 'challenge' || course === 'walletQr' || course === 'bankForm' ? course : null;
}
