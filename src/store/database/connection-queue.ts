import { StoreBusyError } from '../../payments/model/errors.js';
import type { Clock } from '../../shared/clock.js';
import { Latch } from '../../shared/latch.js';

/** What is owed (an outcome, a provider event) goes before all that moves payments on, and reads go last. */
export type Urgency = 'owed' | 'claim' | 'read';

export class NoConnectionError extends Error {
  override readonly name = 'NoConnectionError';
}

export interface ConnectionQueueOptions {
  readonly connections: number;
  readonly keptForOwed: number;
  readonly mostReading: number;
  readonly longestWaitMs: Readonly<Record<Urgency, number>>;
  readonly clock: Clock;
}

export interface ConnectionQueue {
  /**
   * Work that throws NoConnectionError gets another turn when a connection comes free. Throws
   * StoreBusyError, with nothing done, where that is not in time or too many reads wait already.
   */
  run<T>(urgency: Urgency, work: () => Promise<T>): Promise<T>;
  /** Whether newcomers had better be turned away. Waiting reads don't count: a newcomer may be a payment. */
  isCongested(): boolean;
}

const MOST_WAITING = 200;
/** Well below the requests that a server works on at a time, so that readers alone never fill it. */
const MOST_READS_WAITING = 500;
const LONGEST_GOOD_WAIT_MS = 1_500;

export function createConnectionQueue(options: ConnectionQueueOptions): ConnectionQueue {
  return new PriorityQueue(options);
}

const PAUSE_WITHOUT_CONNECTION_MS = 100;
/** How long no more connections are asked for than there were at a refusal. */
const FEWER_FOR_MS = 10_000;

interface Waiter {
  readonly sinceMs: number;
  call(): void;
}

interface Turn {
  readonly urgency: Urgency;
  readonly sinceMs: number;
  readonly refusal: NoConnectionError | null;
}

const URGENCIES: readonly Urgency[] = ['owed', 'claim', 'read'];

class PriorityQueue implements ConnectionQueue {
  private readonly busy: Record<Urgency, number> = { owed: 0, claim: 0, read: 0 };
  private readonly waiting = { owed: new Set<Waiter>(), claim: new Set<Waiter>(), read: new Set<Waiter>() };
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
    const { connections, keptForOwed, mostReading } = this.presentShares();
    const { owed, claim, read } = this.busy;
    if (owed + claim + read >= connections) return false;
    if (urgency === 'read' && read >= mostReading) return false;
    return urgency === 'owed' || claim + read < connections - keptForOwed;
  }

  private presentShares(): Pick<ConnectionQueueOptions, 'connections' | 'keptForOwed' | 'mostReading'> {
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
    const called = new Latch();
    const waiter: Waiter = {
      sinceMs,
      call: () => {
        called.open();
      },
    };
    const line = this.waiting[urgency];
    this.waiting[urgency] = refusal === null ? line.add(waiter) : new Set([waiter, ...line]);
    if (await called.opensWithin(leftMs, this.options.clock)) return;
    this.waiting[urgency].delete(waiter);
    throw outOfTime(refusal);
  }
}

function outOfTime(cause: NoConnectionError | null): StoreBusyError {
  return new StoreBusyError('No connection to the database came free in time.', { cause: cause?.cause });
}
