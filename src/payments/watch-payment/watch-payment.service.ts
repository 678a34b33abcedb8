import { Backoff } from '../../shared/backoff.js';
import type { Clock } from '../../shared/clock.js';
import { ownOrNull, readableScope } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import { StoreUnavailableError } from '../model/errors.js';
import { statusOf, type Payment } from '../model/payment.js';
import { isTerminal } from '../model/status.js';
import type { PaymentChanges, PaymentWatch } from '../ports/payment-changes.js';
import type { PaymentReads } from '../ports/payment-reads.js';
import { createSharedReads, type ReadPayment } from './shared-reads.js';

export interface PaymentWatcher {
  /**
   * The payment as it is, then after each change until it is terminal; a single null where the
   * caller has none. A slow consumer misses values in between, never the newest.
   */
  watchPayment(paymentId: string, caller: Caller): PaymentUpdates;
}

export interface PaymentUpdates extends AsyncIterableIterator<Payment | null> {
  return(): Promise<IteratorResult<Payment | null>>;
}

interface PaymentWatcherDeps {
  readonly store: Pick<PaymentReads, 'findByIds'>;
  readonly changes: PaymentChanges;
  readonly clock: Clock;
}

export function createPaymentWatcher({ store, changes, clock }: PaymentWatcherDeps): PaymentWatcher {
  const read = createSharedReads(store);
  return {
    watchPayment: (paymentId, caller) =>
      new Updates({ paymentId, caller, clock, read, watch: () => changes.watch(paymentId) }),
  };
}

const HEARTBEAT_MS = 30_000;
/** Heartbeats fall on full seconds, so that the reads of many watchers share their calls to the store. */
const HEARTBEAT_STEP_MS = 1_000;
const STORE_PAUSES = { firstMs: 250, longestMs: 5_000 };

interface UpdatesDeps {
  readonly paymentId: string;
  readonly caller: Caller;
  readonly clock: Clock;
  readonly read: ReadPayment;
  watch(): PaymentWatch;
}

/**
 * Reads each value when it is asked for. The watch begins before the first read and remembers a
 * change after a read: the next wait ends at once then.
 */
class Updates implements PaymentUpdates {
  private watch: PaymentWatch | null = null;
  private lastVersion: string | null = null;
  private isOver = false;

  constructor(private readonly deps: UpdatesDeps) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Payment | null>> {
    if (this.isOver) return { done: true, value: undefined };
    this.watch ??= this.deps.watch();
    if (this.lastVersion !== null) await this.wait(this.untilHeartbeatMs());
    while (!this.isOver) {
      const payment = await this.readPatiently();
      if (payment !== undefined && this.isNew(payment)) return { done: false, value: payment };
      await this.wait(this.untilHeartbeatMs());
    }
    return { done: true, value: undefined };
  }

  return(): Promise<IteratorResult<Payment | null>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(error: unknown): Promise<never> {
    this.end();
    return Promise.reject(error instanceof Error ? error : new Error('the watch of a payment was aborted'));
  }

  private async readPatiently(): Promise<Payment | null | undefined> {
    const backoff = new Backoff(STORE_PAUSES);
    while (!this.isOver) {
      try {
        return await this.readOwn();
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) {
          this.end();
          throw error;
        }
        await this.wait(backoff.next());
      }
    }
    return undefined;
  }

  private async readOwn(): Promise<Payment | null> {
    const { paymentId, caller, read } = this.deps;
    return ownOrNull(await read({ id: paymentId, scope: readableScope(caller) }), caller);
  }

  private isNew(payment: Payment | null): boolean {
    if (this.isOver) return false;
    if (payment === null || isTerminal(statusOf(payment))) this.end();
    const version = payment === null ? 'none' : versionOf(payment);
    if (version === this.lastVersion) return false;
    this.lastVersion = version;
    return true;
  }

  private async wait(timeoutMs: number): Promise<void> {
    if (!this.isOver) await this.watch?.changed(timeoutMs);
  }

  private untilHeartbeatMs(): number {
    const dueMs = this.deps.clock.monotonicNow() + HEARTBEAT_MS;
    return HEARTBEAT_MS + HEARTBEAT_STEP_MS - (dueMs % HEARTBEAT_STEP_MS);
  }

  private end(): void {
    this.isOver = true;
    this.watch?.close();
  }
}

function versionOf({ state, updatedAtMs, timeline }: Payment): string {
  return `${state} ${updatedAtMs} ${timeline.length}`;
}
