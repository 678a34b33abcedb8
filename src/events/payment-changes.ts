import type { PaymentChanges, PaymentWatch } from '../payments/ports/payment-changes.js';
import type { Clock } from '../shared/clock.js';
import { Latch } from '../shared/latch.js';
import type { Log } from '../shared/log/log.js';
import type { ChangeSource } from '../store/open-store.js';
import { createChangePolling } from './change-polling.js';

export interface ClosablePaymentChanges extends PaymentChanges {
  close(): Promise<void>;
}

interface PaymentChangesDeps {
  readonly source: ChangeSource;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Wakes any number of watchers over one listening connection. Listening anew after a loss wakes
 * all, so no change is missed; while no notifications come, changes are polled for.
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

/** Remembers a change while no call waits: the next one finds it. */
class Watch implements PaymentWatch {
  private woken = new Latch();

  constructor(
    private readonly clock: Clock,
    private readonly remove: () => void,
  ) {}

  async changed(timeoutMs: number): Promise<void> {
    const { woken } = this;
    const hasChanged = await woken.opensWithin(timeoutMs, this.clock);
    if (hasChanged && this.woken === woken) this.woken = new Latch();
  }

  wake(): void {
    this.woken.open();
  }

  close(): void {
    this.remove();
    this.wake();
  }
}
