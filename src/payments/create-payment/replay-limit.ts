import type { Clock } from '../../shared/clock.js';
import { rateLimited } from './create-payment.outcome.js';
import type { PaymentService } from './create-payment.service.js';
import type { ConcurrencyLimiter } from '../access/per-caller.js';

interface ReplayLimitDeps {
  readonly limiter: ConcurrencyLimiter;
  readonly clock: Pick<Clock, 'now'>;
}

const RETRY_AFTER_MS = 2_000;

/**
 * Bounds the calls that repeat a key while this process works on it: each keeps a connection from
 * other payments. The first call with a key is never refused here.
 */
export function withReplayLimit(service: PaymentService, { limiter, clock }: ReplayLimitDeps): PaymentService {
  const busy = new KeysAtWork();
  return {
    createPayment: async (command, caller) => {
      const key = JSON.stringify([caller.scope, command.idempotencyKey]);
      const giveBack = busy.has(key) ? limiter.take(caller) : NOTHING_TAKEN;
      if (giveBack === null) return rateLimited({ kind: 'limited', retryAfterMs: RETRY_AFTER_MS }, clock);
      busy.add(key);
      try {
        return await service.createPayment(command, caller);
      } finally {
        busy.remove(key);
        giveBack();
      }
    },
  };
}

const NOTHING_TAKEN = (): void => undefined;

class KeysAtWork {
  private readonly calls = new Map<string, number>();

  has(key: string): boolean {
    return this.calls.has(key);
  }

  add(key: string): void {
    this.calls.set(key, (this.calls.get(key) ?? 0) + 1);
  }

  remove(key: string): void {
    const left = (this.calls.get(key) ?? 0) - 1;
    if (left > 0) this.calls.set(key, left);
    else this.calls.delete(key);
  }
}
