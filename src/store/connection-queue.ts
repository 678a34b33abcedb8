import { StoreBusyError } from '../payments/errors.js';
import type { Clock } from '../shared/clock.js';

/**
 * What is owed (an outcome that was learned, an event of the provider's) goes before claims and what else moves payments on, and these go
 * before what is only looked at: whatever is read, and by whom, somebody pays.
 */
export type Urgency = 'owed' | 'claim' | 'read';

export interface ConnectionQueueTerms {
  readonly connections: number;
  /** How many of them are for what is owed alone. */
  readonly keptForOwed: number;
  /** How many of them may be reading at a time. */
  readonly mostReading: number;
  /** How long a statement of each kind waits for its turn. */
  readonly longestWaitMs: Readonly<Record<Urgency, number>>;
  readonly clock: Clock;
}

/** Those who wait for a connection: the most urgent first, and among these first in, first out. */
export interface ConnectionQueue {
  /** Does the work when its turn comes. Throws StoreBusyError, with nothing done, where that is not in time, or too many reads wait already. */
  run<T>(urgency: Urgency, work: () => Promise<T>): Promise<T>;
  /**
   * Whether so many wait, or for so long, that newcomers had better be turned away before they are looked at. Reads are not in it: nobody
   * knows of a newcomer whether it reads or pays.
   */
  isCongested(): boolean;
}

/** A database on two cores carries so many claims in about a second. */
const MOST_WAITING = 200;
/** Well below the requests that a server works on at a time: readers alone, each with a read in the line at least, never fill it. */
const MOST_READS_WAITING = 500;
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

/** The most urgent first. */
const URGENCIES: readonly Urgency[] = ['owed', 'claim', 'read'];

class PriorityQueue implements ConnectionQueue {
  private readonly busy: Record<Urgency, number> = { owed: 0, claim: 0, read: 0 };
  /** Each in the order of arrival. */
  private readonly waiting = { owed: new Set<Waiter>(), claim: new Set<Waiter>(), read: new Set<Waiter>() };

  constructor(private readonly terms: ConnectionQueueTerms) {}

  async run<T>(urgency: Urgency, work: () => Promise<T>): Promise<T> {
    if (this.isFreeFor(urgency)) this.busy[urgency] += 1;
    else await this.waitForTurn(urgency);
    try {
      return await work();
    } finally {
      this.busy[urgency] -= 1;
      for (const next of URGENCIES) this.callNext(next);
    }
  }

  isCongested(): boolean {
    const { owed, claim } = this.waiting;
    if (owed.size + claim.size > MOST_WAITING) return true;
    const nowMs = this.terms.clock.monotonicNow();
    return [owed, claim].some((line) => {
      const [oldest] = line;
      return oldest !== undefined && nowMs - oldest.sinceMs >= LONGEST_GOOD_WAIT_MS;
    });
  }

  private isFreeFor(urgency: Urgency): boolean {
    const { connections, keptForOwed, mostReading } = this.terms;
    const { owed, claim, read } = this.busy;
    if (owed + claim + read >= connections) return false;
    if (urgency === 'read' && read >= mostReading) return false;
    return urgency === 'owed' || claim + read < connections - keptForOwed;
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
    if (urgency === 'read' && this.waiting.read.size >= MOST_READS_WAITING)
      throw new StoreBusyError('As many reads wait for the database as may.');
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
