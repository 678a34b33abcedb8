import type { Clock } from '../../shared/clock.js';
import { ownOrNull, readableScope } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import { StoreUnavailableError } from '../model/errors.js';
import { statusOf, type Payment } from '../model/payment.js';
import type { PaymentChanges, PaymentWatch } from '../ports/payment-changes.js';
import type { PaymentReads } from '../ports/payment-reads.js';
import { createSharedReads, type ReadPayment } from './shared-reads.js';
import { isTerminal } from '../model/status.js';

/**
 * The payment as it stands, then again after each change, until it is terminal. A single null where the caller has no such payment,
 * whether it is unknown or somebody else's. Whoever takes the values slowly misses those in between, never the newest. A store that does
 * not answer is waited for.
 */
export type WatchPayment = (paymentId: string, caller: Caller) => PaymentUpdates;

/** Values are taken one at a time; `return()` ends a wait at once. */
export interface PaymentUpdates extends AsyncIterableIterator<Payment | null> {
  return(): Promise<IteratorResult<Payment | null>>;
}

export interface WatchPaymentDeps {
  readonly store: Pick<PaymentReads, 'findByIds'>;
  readonly changes: PaymentChanges;
  readonly clock: Clock;
}

export function createWatchPayment({ store, changes, clock }: WatchPaymentDeps): WatchPayment {
  const read = createSharedReads(store);
  return (paymentId, caller) => new Updates({ paymentId, caller, read, changes, clock });
}

/** Changes are told; asking all the same now and then is for the update that got lost on a way that nobody thought of. */
const HEARTBEAT_MS = 30_000;
/** Heartbeats fall on full seconds, so that the reads of many watchers share their calls to the store. */
const HEARTBEAT_STEP_MS = 1_000;
const FIRST_STORE_PAUSE_MS = 250;
const LONGEST_STORE_PAUSE_MS = 5_000;

interface Watched {
  readonly paymentId: string;
  readonly caller: Caller;
  readonly read: ReadPayment;
  readonly changes: PaymentChanges;
  readonly clock: Clock;
}

/**
 * Nothing is kept for a consumer who is not asking: each value is read when it is asked for, so the newest is all there ever is. The watch
 * begins before the first read; a change after a read is remembered by the watch, and the next wait ends at once.
 */
class Updates implements PaymentUpdates {
  private watch: PaymentWatch | null = null;
  private lastVersion: string | null = null;
  private isOver = false;
  private endWait: () => void = () => undefined;

  constructor(private readonly watched: Watched) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Payment | null>> {
    if (this.isOver) return { done: true, value: undefined };
    this.watch ??= this.watched.changes.watch(this.watched.paymentId);
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

  /** Null where there is nothing that the caller may see, undefined once nobody wants to know any more. */
  private async readPatiently(): Promise<Payment | null | undefined> {
    for (let pauseMs = FIRST_STORE_PAUSE_MS; !this.isOver; pauseMs = Math.min(pauseMs * 2, LONGEST_STORE_PAUSE_MS)) {
      try {
        return await this.readOwn();
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) {
          this.end();
          throw error;
        }
        await this.wait(pauseMs);
      }
    }
    return undefined;
  }

  private async readOwn(): Promise<Payment | null> {
    const { paymentId, caller, read } = this.watched;
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
    if (this.isOver) return;
    const ended = new Promise<void>((resolve) => (this.endWait = resolve));
    await Promise.race([this.watch?.changed(timeoutMs), ended]);
  }

  private untilHeartbeatMs(): number {
    const dueMs = this.watched.clock.monotonicNow() + HEARTBEAT_MS;
    return HEARTBEAT_MS + HEARTBEAT_STEP_MS - (dueMs % HEARTBEAT_STEP_MS);
  }

  private end(): void {
    this.isOver = true;
    this.watch?.close();
    this.endWait();
  }
}

/** Differs after whatever a client can see has changed. */
function versionOf({ state, updatedAtMs, timeline }: Payment): string {
  return `${state} ${updatedAtMs} ${timeline.length}`;
}
