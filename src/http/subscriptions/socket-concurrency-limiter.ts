import type { Caller } from '../../payments/access/caller.js';
import type { StreamLimits } from './stream-limits.js';

export interface SocketConcurrencyLimiter {
  readonly size: number;
  ofSocket(caller: Caller): SocketOperations;
}

export interface SocketOperations {
  /** Does the work as soon as the limit lets it. Null, and nothing is done, where too many of the socket wait. */
  run<T>(work: () => Promise<T>): Promise<T> | null;
}

/** All sockets of a person share a queue. A service acts for all its customers, so each of its sockets has one. */
export function createSocketConcurrencyLimiter(limits: StreamLimits): SocketConcurrencyLimiter {
  const queues = new Map<string | symbol, FairQueue>();
  let size = 0;
  const queueOf = (owner: string | symbol): FairQueue => {
    const queue = queues.get(owner) ?? new FairQueue(limits.maxOperationsAtWork, () => queues.delete(owner));
    queues.set(owner, queue);
    return queue;
  };
  const count = async <T>(queue: FairQueue, work: () => Promise<T>): Promise<T> => {
    size += 1;
    try {
      return await work();
    } finally {
      size -= 1;
      queue.end();
    }
  };
  return {
    get size() {
      return size;
    },
    ofSocket: ({ may, scope }) => {
      const owner = may.anyCustomer ? Symbol('socket') : scope;
      let waiting = 0;
      return {
        run: (work) => {
          const queue = queueOf(owner);
          if (queue.tryBegin()) return count(queue, work);
          // Operations that their client has given up wait as well, and the protocol's own count leaves them out.
          if (waiting >= limits.maxOperationsPerSocket) return null;
          waiting += 1;
          return queue.begun().then(() => {
            waiting -= 1;
            return count(queue, work);
          });
        },
      };
    },
  };
}

/**
 * Begins operations in their order, a bounded number at a time and one in each round of the event loop:
 * one message may bring any number of them, and payments come by other connections, once a round.
 */
class FairQueue {
  private atWork = 0;
  private hasBegunThisRound = false;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly maxAtWork: number,
    private readonly onIdle: () => void,
  ) {}

  tryBegin(): boolean {
    if (this.waiting.size > 0 || !this.mayBegin()) return false;
    this.begin();
    return true;
  }

  begun(): Promise<void> {
    return new Promise((call) => this.waiting.add(call));
  }

  end(): void {
    this.atWork -= 1;
    this.goOn();
  }

  private mayBegin(): boolean {
    return !this.hasBegunThisRound && this.atWork < this.maxAtWork;
  }

  private begin(): void {
    this.atWork += 1;
    this.hasBegunThisRound = true;
    setImmediate(() => {
      this.hasBegunThisRound = false;
      this.goOn();
    });
  }

  private goOn(): void {
    const [next] = this.waiting;
    if (next === undefined) {
      if (this.atWork === 0 && !this.hasBegunThisRound) this.onIdle();
      return;
    }
    if (!this.mayBegin()) return;
    this.waiting.delete(next);
    this.begin();
    next();
  }
}
