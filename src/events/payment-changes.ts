import type { PaymentChanges, PaymentWatch } from '../payments/ports/payment-changes.js';
import type { Clock } from '../shared/clock.js';
import type { Log } from '../shared/log/log.js';
import type { ChangeSource } from '../store/open-store.js';
import { createChangePolling } from './change-polling.js';

export interface ClosablePaymentChanges extends PaymentChanges {
  /** Wakes every watcher a last time and stops listening. */
  close(): Promise<void>;
}

export interface PaymentChangesDeps {
  readonly source: ChangeSource;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Wakes watchers of payments over one listening connection, however many they are. Whenever listening has begun again after a loss, all of
 * them are woken and look for themselves, so that no change is missed. While nothing is heard, the payments that somebody watches are looked
 * at every second.
 */
export function createPaymentChanges({ source, clock, log }: PaymentChangesDeps): ClosablePaymentChanges {
  const watchers = new Watchers();
  const polling = createChangePolling({ source, clock, log, watchers });
  polling.begin();
  const listening = source.listen({
    onNotification: (paymentId) => {
      watchers.wake(paymentId);
    },
    onGap: () => {
      log.debug({ watched: watchers.paymentIds().length }, 'events.listening');
      polling.end();
      watchers.wakeAll();
    },
    onSilence: () => {
      polling.begin();
    },
  });
  return {
    watch: (paymentId) => watchers.add(paymentId, clock),
    close: async () => {
      await listening.close();
      polling.end();
      watchers.wakeAll();
    },
  };
}

class Watchers {
  private readonly byPaymentId = new Map<string, Set<Watch>>();

  add(paymentId: string, clock: Clock): PaymentWatch {
    const watch = new Watch(clock, () => {
      this.remove(paymentId, watch);
    });
    const watches = this.byPaymentId.get(paymentId) ?? new Set();
    this.byPaymentId.set(paymentId, watches.add(watch));
    return watch;
  }

  wake(paymentId: string): void {
    for (const watch of this.byPaymentId.get(paymentId) ?? []) watch.wake();
  }

  wakeAll(): void {
    for (const watches of this.byPaymentId.values()) for (const watch of watches) watch.wake();
  }

  paymentIds(): string[] {
    return [...this.byPaymentId.keys()];
  }

  private remove(paymentId: string, watch: Watch): void {
    const watches = this.byPaymentId.get(paymentId);
    watches?.delete(watch);
    if (watches?.size === 0) this.byPaymentId.delete(paymentId);
  }
}

/** Remembers a change that nobody was waiting for at the moment: the next call finds it. */
class Watch implements PaymentWatch {
  private hasChanged = false;
  private readonly waiting = new Set<AbortController>();

  constructor(
    private readonly clock: Clock,
    private readonly remove: () => void,
  ) {}

  async changed(timeoutMs: number): Promise<void> {
    if (!this.hasChanged) await this.sleepUntilWoken(timeoutMs);
    this.hasChanged = false;
  }

  wake(): void {
    this.hasChanged = true;
    for (const sleeper of this.waiting) sleeper.abort();
  }

  close(): void {
    this.remove();
    this.wake();
  }

  private async sleepUntilWoken(timeoutMs: number): Promise<void> {
    const sleeper = new AbortController();
    this.waiting.add(sleeper);
    await this.clock.sleep(timeoutMs, sleeper.signal);
    this.waiting.delete(sleeper);
  }
}
