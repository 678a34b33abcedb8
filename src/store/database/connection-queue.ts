import { StoreBusyError } from '../../payments/model/errors.js';
import type { Clock } from '../../shared/clock.js';

/**
 * What is owed (an outcome that was learned, an event of the provider's) goes before claims and what else moves payments on, and these go
 * before what is only looked at: whatever is read, and by whom, somebody pays.
 */
export type Urgency = 'owed' | 'claim' | 'read';

/** The work could not begin: it needs one more connection than there are, and nothing was done. */
export class NoConnectionError extends Error {
  override readonly name = 'NoConnectionError';
}

export interface ConnectionQueueOptions {
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
  /**
   * Does the work when its turn comes. Work that throws NoConnectionError gets another turn when one of the connections that there are comes
   * free. Throws StoreBusyError, with nothing done, where that is not in time, or too many reads wait already.
   */
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

export function createConnectionQueue(options: ConnectionQueueOptions): ConnectionQueue {
  return new PriorityQueue(options);
}

/** With no connection at all nobody gives one back: the next is asked for after this time. */
const PAUSE_WITHOUT_CONNECTION_MS = 100;
/** For so long no more connections are asked for than there were when one was refused. */
const FEWER_FOR_MS = 10_000;

interface Waiter {
  readonly sinceMs: number;
  /** Its turn has come; the connection is counted as its own already. */
  call(): void;
}

interface Turn {
  readonly urgency: Urgency;
  readonly sinceMs: number;
  /** Why an earlier turn came to nothing. */
  readonly refusal: NoConnectionError | null;
}

/** The most urgent first. */
const URGENCIES: readonly Urgency[] = ['owed', 'claim', 'read'];

class PriorityQueue implements ConnectionQueue {
  private readonly busy: Record<Urgency, number> = { owed: 0, claim: 0, read: 0 };
  /** Each in the order of arrival. */
  private readonly waiting = { owed: new Set<Waiter>(), claim: new Set<Waiter>(), read: new Set<Waiter>() };
  /** How many connections there were when another was refused, and when that was. */
  private fewer = { connections: Infinity, sinceMs: -Infinity };

  constructor(private readonly options: ConnectionQueueOptions) {}

  async run<T>(urgency: Urgency, work: () => Promise<T>): Promise<T> {
    const sinceMs = this.options.clock.monotonicNow();
    let refusal: NoConnectionError | null = null;
    for (;;) {
      await this.takeTurn({ urgency, sinceMs, refusal });
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof NoConnectionError)) throw error;
        refusal = error;
        if (this.makeDoWithFewer() === 'none') await this.options.clock.sleep(PAUSE_WITHOUT_CONNECTION_MS);
      } finally {
        this.busy[urgency] -= 1;
        for (const next of URGENCIES) this.callNext(next);
      }
    }
  }

  isCongested(): boolean {
    const { owed, claim } = this.waiting;
    if (owed.size + claim.size > MOST_WAITING) return true;
    const nowMs = this.options.clock.monotonicNow();
    return [owed, claim].some((line) => {
      const [oldest] = line;
      return oldest !== undefined && nowMs - oldest.sinceMs >= LONGEST_GOOD_WAIT_MS;
    });
  }

  private isFreeFor(urgency: Urgency): boolean {
    const { connections, keptForOwed, mostReading } = this.termsOfNow();
    const { owed, claim, read } = this.busy;
    if (owed + claim + read >= connections) return false;
    if (urgency === 'read' && read >= mostReading) return false;
    return urgency === 'owed' || claim + read < connections - keptForOwed;
  }

  /** With fewer connections, the shares of them that are kept are smaller too, but none that there was is lost. */
  private termsOfNow(): Pick<ConnectionQueueOptions, 'connections' | 'keptForOwed' | 'mostReading'> {
    const { connections, keptForOwed, mostReading, clock } = this.options;
    if (clock.monotonicNow() - this.fewer.sinceMs >= FEWER_FOR_MS) return this.options;
    const left = Math.min(connections, this.fewer.connections);
    const share = left / connections;
    return {
      connections: left,
      keptForOwed: left === 1 ? 0 : Math.ceil(keptForOwed * share),
      mostReading: Math.ceil(mostReading * share),
    };
  }

  /** Called by work that is still counted: the others have what there is, or are about to find out. */
  private makeDoWithFewer(): 'some' | 'none' {
    const { owed, claim, read } = this.busy;
    const others = owed + claim + read - 1;
    this.fewer = { connections: Math.max(others, 1), sinceMs: this.options.clock.monotonicNow() };
    return others > 0 ? 'some' : 'none';
  }

  private callNext(urgency: Urgency): void {
    const [next] = this.waiting[urgency];
    if (next === undefined || !this.isFreeFor(urgency)) return;
    this.waiting[urgency].delete(next);
    this.busy[urgency] += 1;
    next.call();
  }

  private async takeTurn(turn: Turn): Promise<void> {
    const { urgency, sinceMs, refusal } = turn;
    const leftMs = this.options.longestWaitMs[urgency] - (this.options.clock.monotonicNow() - sinceMs);
    if (refusal !== null && leftMs <= 0) throw outOfTime(refusal);
    if (this.isFreeFor(urgency)) this.busy[urgency] += 1;
    else await this.waitForTurn(turn, leftMs);
  }

  private async waitForTurn({ urgency, sinceMs, refusal }: Turn, leftMs: number): Promise<void> {
    if (urgency === 'read' && refusal === null && this.waiting.read.size >= MOST_READS_WAITING)
      throw new StoreBusyError('As many reads wait for the database as may.');
    const called = new AbortController();
    const waiter: Waiter = {
      sinceMs,
      call: () => {
        called.abort();
      },
    };
    const line = this.waiting[urgency];
    // Whoever had a turn before goes first.
    this.waiting[urgency] = refusal === null ? line.add(waiter) : new Set([waiter, ...line]);
    await this.options.clock.sleep(leftMs, called.signal);
    if (called.signal.aborted) return;
    this.waiting[urgency].delete(waiter);
    throw outOfTime(refusal);
  }
}

function outOfTime(cause: NoConnectionError | null): StoreBusyError {
  return new StoreBusyError('No connection to the database came free in time.', { cause: cause?.cause });
}
