import { EventEmitter } from 'node:events';
import type { Clock } from '../shared/clock.js';
import type { Payment, PaymentEvent } from '../payments/payment.js';
import type {
  ClaimAnswer,
  NewClaim,
  PaymentChanges,
  PaymentNews,
  PaymentStore,
  ReleaseTerms,
  TakeOverTerms,
} from '../payments/ports.js';
import { overrules, toPublicStatus } from '../payments/status.js';

/** Keeps payments in this process: they are gone when it ends. Each method is atomic because none of them waits. */
export class MemoryPaymentStore implements PaymentStore, PaymentChanges {
  private readonly payments = new Map<string, Payment>();
  private readonly idsByKey = new Map<string, string>();
  private readonly facts = new Map<string, Set<string>>();
  private readonly changes = new EventEmitter().setMaxListeners(0);

  constructor(private readonly clock: Clock) {}

  claim(claim: NewClaim): Promise<ClaimAnswer> {
    const key = JSON.stringify([claim.scope, claim.idempotencyKey]);
    const takenBy = this.payments.get(this.idsByKey.get(key) ?? '');
    if (takenBy !== undefined) return Promise.resolve({ kind: 'taken', payment: takenBy });
    const nowMs = this.clock.now();
    const payment: Payment = {
      ...claim,
      standing: 'PROCESSING',
      epoch: 1,
      sendBeforeMs: nowMs + claim.sendWindowMs,
      orderId: null,
      sessionId: null,
      action: null,
      failure: null,
      rejection: null,
      timeline: [toEvent(claim.eventId, 'CREATE_PAYMENT', nowMs)],
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      providerTimeMs: 0,
    };
    this.idsByKey.set(key, payment.id);
    this.keep(payment);
    return Promise.resolve({ kind: 'claimed', payment });
  }

  takeOver(paymentId: string, { eventId, sendWindowMs }: TakeOverTerms): Promise<Payment | null> {
    const payment = this.get(paymentId);
    if (payment.standing !== 'RELEASED') return Promise.resolve(null);
    const nowMs = this.clock.now();
    const event = { ...toEvent(eventId, 'CREATE_PAYMENT', nowMs), detail: 'Taken up again.' };
    return Promise.resolve(
      this.keep({
        ...payment,
        standing: 'PROCESSING',
        epoch: payment.epoch + 1,
        sendBeforeMs: nowMs + sendWindowMs,
        timeline: [...payment.timeline, event],
      }),
    );
  }

  release(paymentId: string, { epoch, eventId, detail }: ReleaseTerms): Promise<void> {
    const payment = this.payments.get(paymentId);
    if (payment?.standing === 'PROCESSING' && payment.epoch === epoch) {
      const event = { ...toEvent(eventId, 'PROVIDER_ANSWER', this.clock.now()), detail };
      this.keep({ ...payment, standing: 'RELEASED', timeline: [...payment.timeline, event] });
    }
    return Promise.resolve();
  }

  settle(paymentId: string, news: PaymentNews): Promise<Payment> {
    const payment = this.get(paymentId);
    const facts = this.facts.get(paymentId) ?? new Set();
    if (facts.has(news.factId)) return Promise.resolve(payment);
    this.facts.set(paymentId, facts.add(news.factId));
    return Promise.resolve(this.keep(merge(payment, news)));
  }

  findByIds(ids: readonly string[]): Promise<(Payment | null)[]> {
    return Promise.resolve(ids.map((id) => this.payments.get(id) ?? null));
  }

  findByOrderIds(orderIds: readonly string[]): Promise<(Payment | null)[]> {
    const all = [...this.payments.values()];
    return Promise.resolve(orderIds.map((orderId) => all.find((payment) => payment.orderId === orderId) ?? null));
  }

  findByIdempotencyKey(scope: string, idempotencyKey: string): Promise<Payment | null> {
    const id = this.idsByKey.get(JSON.stringify([scope, idempotencyKey]));
    return Promise.resolve(this.payments.get(id ?? '') ?? null);
  }

  assertReady(): Promise<void> {
    return Promise.resolve();
  }

  watch(paymentId: string) {
    let wake = (): void => undefined;
    let change = new Promise<void>((resolve) => (wake = resolve));
    const listener = () => {
      wake();
    };
    this.changes.on(paymentId, listener);
    return {
      changed: async (timeoutMs: number) => {
        const done = new AbortController();
        await Promise.race([change, this.clock.sleep(timeoutMs, done.signal)]);
        done.abort();
        change = new Promise<void>((resolve) => (wake = resolve));
      },
      close: () => {
        this.changes.off(paymentId, listener);
      },
    };
  }

  private get(paymentId: string): Payment {
    const payment = this.payments.get(paymentId);
    if (payment === undefined) throw new Error('no such payment');
    return payment;
  }

  private keep(payment: Payment): Payment {
    this.payments.set(payment.id, { ...payment, updatedAtMs: this.clock.now() });
    this.changes.emit(payment.id);
    return payment;
  }
}

function merge(payment: Payment, news: PaymentNews): Payment {
  const { facts } = news;
  const moved = overrules(news, payment);
  return {
    ...payment,
    orderId: payment.orderId ?? facts.orderId ?? null,
    sessionId: payment.sessionId ?? facts.sessionId ?? null,
    amount: facts.amount ?? payment.amount,
    action: facts.action ?? payment.action,
    customer: { ...payment.customer, customerId: payment.customer.customerId ?? facts.customerId ?? null },
    ...(moved && {
      standing: news.standing,
      providerTimeMs: news.providerTimeMs,
      failure: facts.failure ?? null,
      rejection: facts.rejection ?? null,
    }),
    timeline: [
      ...payment.timeline,
      {
        id: news.eventId,
        status: toPublicStatus(news.standing),
        source: news.source,
        occurredAtMs: news.providerTimeMs,
        detail: news.detail,
      },
    ],
  };
}

function toEvent(id: string, source: PaymentEvent['source'], occurredAtMs: number): PaymentEvent {
  return { id, status: 'PROCESSING', source, occurredAtMs, detail: null };
}
