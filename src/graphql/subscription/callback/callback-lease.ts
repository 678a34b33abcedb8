import { GraphQLError } from 'graphql';
import type { Payment } from '../../../payments/model/payment.js';
import type { PaymentUpdates } from '../../../payments/watch-payment/watch-payment.service.js';
import type { Clock } from '../../../shared/clock.js';
import { Latch } from '../../../shared/latch.js';
import { sleepUntil } from '../../../shared/sleep-until.js';
import type { UrlUse } from './callback-urls.js';

export const TOKEN_EXPIRED =
  'The access token has expired. Subscribe again with a new one: the present state comes first.';

interface LeaseOptions {
  readonly untilMs: number | undefined;
  /** Called once, when the updates are over; `unused`: none was taken. */
  readonly onOver: (use: UrlUse) => void;
  readonly clock: Clock;
}

/**
 * Lends a payment's updates to the callback plugin for as long as the caller's token is good, and
 * gives the caller's stream back at their end.
 */
export class CallbackLease {
  private isHeld = false;
  private isExpired = false;
  private readonly over = new Latch();

  constructor(private readonly options: LeaseOptions) {
    this.over.signal.addEventListener('abort', () => {
      options.onOver(this.isHeld ? 'used' : 'unused');
    });
  }

  hold(updates: PaymentUpdates): PaymentUpdates {
    this.isHeld = true;
    const end = (): void => {
      this.over.open();
    };
    void this.endInTime(updates);
    const leased: PaymentUpdates = {
      [Symbol.asyncIterator]: () => leased,
      next: async (): Promise<IteratorResult<Payment | null>> => {
        const result = await updates.next();
        if (result.done === true) end();
        if (this.isExpired) throw new GraphQLError(TOKEN_EXPIRED, { extensions: { code: 'UNAUTHENTICATED' } });
        return result;
      },
      return: () => {
        end();
        return updates.return();
      },
    };
    return leased;
  }

  endUnlessHeld(): void {
    if (!this.isHeld) this.over.open();
  }

  private async endInTime(updates: PaymentUpdates): Promise<void> {
    const { untilMs, clock } = this.options;
    if (untilMs === undefined || !(await sleepUntil(untilMs, this.over.signal, clock))) return;
    this.isExpired = true;
    await updates.return();
  }
}
