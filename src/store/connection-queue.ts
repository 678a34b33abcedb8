import { StoreBusyError } from '../payments/errors.js';
import type { Clock } from '../shared/clock.js';

/** What is owed (an outcome that was learned, an event of the provider's) goes before what is asked for (a claim, a read). */
export type Urgency = 'owed' | 'asked';

export interface ConnectionQueueTerms {
  readonly connections: number;
  /** How many of them are for what is owed alone. */
  readonly keptForOwed: number;
  /** How long a statement of each kind waits for its turn. */
  readonly longestWaitMs: Readonly<Record<Urgency, number>>;
  readonly clock: Clock;
}

/** Those who wait for a connection: first in, first out, but whatever is owed first. */
export interface ConnectionQueue {
  /** Does the work when its turn comes. Throws StoreBusyError, with nothing done, where that is not in time. */
  run<T>(urgency: Urgency, work: () => Promise<T>): Promise<T>;
  /** Whether so many wait, or for so long, that newcomers had better be turned away before they are looked at. */
  isCongested(): boolean;
}

/** A database on two cores carries so many claims in about a second. */
const MOST_WAITING = 200;
/** Below what anything waits at most, so that newcomers are turned away before those who are in the line fail. */
const LONGEST_GOOD_WAIT_MS = 1_500;

export function createConnectionQueue(terms: ConnectionQueueTerms): ConnectionQueue {
  return new PriorityQueue(terms);
}

interface Waiter {
  readonly sinceMs: number;
  /** Its turn has come; the connection is counted as its own already. */
  call(): void;
}

class PriorityQueue implements ConnectionQueue {
  private readonly busy = { owed: 0, asked: 0 };
  /** Each in the order of arrival. */
  private readonly waiting = { owed: new Set<Waiter>(), asked: new Set<Waiter>() };

  constructor(private readonly terms: ConnectionQueueTerms) {}

  async run<T>(urgency: Urgency, work: () => Promise<T>): Promise<T> {
    if (this.isFreeFor(urgency)) this.busy[urgency] += 1;
    else await this.waitForTurn(urgency);
    try {
      return await work();
    } finally {
      this.busy[urgency] -= 1;
      this.callNext('owed');
      this.callNext('asked');
    }
  }

  isCongested(): boolean {
    const { owed, asked } = this.waiting;
    if (owed.size + asked.size > MOST_WAITING) return true;
    const nowMs = this.terms.clock.monotonicNow();
    return [owed, asked].some((line) => {
      const [oldest] = line;
      return oldest !== undefined && nowMs - oldest.sinceMs >= LONGEST_GOOD_WAIT_MS;
    });
  }

  private isFreeFor(urgency: Urgency): boolean {
    const { connections, keptForOwed } = this.terms;
    if (this.busy.owed + this.busy.asked >= connections) return false;
    return urgency === 'owed' || this.busy.asked < connections - keptForOwed;
  }

  private callNext(urgency: Urgency): void {
    const [next] = this.waiting[urgency];
    if (next === undefined || !this.isFreeFor(urgency)) return;
    this.waiting[urgency].delete(next);
    this.busy[urgency] += 1;
    next.call();
  }

  private async waitForTurn(urgency: Urgency): Promise<void> {
    const { clock, longestWaitMs } = this.terms;
    const called = new AbortController();
    const waiter: Waiter = {
      sinceMs: clock.monotonicNow(),
      call: () => {
        called.abort();
      },
    };
    this.waiting[urgency].add(waiter);
    await clock.sleep(longestWaitMs[urgency], called.signal);
    if (called.signal.aborted) return;
    this.waiting[urgency].delete(waiter);
    throw new StoreBusyError('No connection to the database came free in time.');
  }
}
