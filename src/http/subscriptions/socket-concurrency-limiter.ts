import type { Caller } from '../../payments/access/caller.js';
import type { StreamLimits } from './stream-limits.js';

/** The operations of WebSockets that are being worked on: like a request, from its beginning to its answer. A subscription that is open is none. */
export interface SocketConcurrencyLimiter {
  readonly size: number;
  /** For the operations of one socket of the caller's. */
  ofSocket(caller: Caller): SocketOperations;
}

export interface SocketOperations {
  /** Does the work when its turn comes. Null, and nothing is done, where as many of the socket's wait as may. */
  run<T>(work: () => Promise<T>): Promise<T> | null;
}

/** All sockets of a person share a queue. A service acts for all its customers, so each of its sockets has one. */
export function createSocketConcurrencyLimiter(limits: StreamLimits): SocketConcurrencyLimiter {
  const queues = new Map<string | symbol, FairQueue>();
  let size = 0;
  const queueOf = (whose: string | symbol): FairQueue => {
    const queue = queues.get(whose) ?? new FairQueue(limits.maxOperationsAtWork, () => queues.delete(whose));
    queues.set(whose, queue);
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
      const whose = may.anyCustomer ? Symbol('socket') : scope;
      let waiting = 0;
      return {
        run: (work) => {
          const queue = queueOf(whose);
          if (queue.tryBegin()) return count(queue, work);
          // Those that their client has given up wait as well, so the protocol's own count of operations says too little.
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
 * Operations are begun in the order in which they came, so many at a time, and one in each round of the event loop: a message may bring any
 * number of them, and whoever pays comes by a connection of their own, which has its turn once a round.
 */
class FairQueue {
  private atWork = 0;
  private hasBegunThisRound = false;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly mostAtWork: number,
    private readonly onIdle: () => void,
  ) {}

  /** Whether the operation has begun; else it has to wait. */
  tryBegin(): boolean {
    if (this.waiting.size > 0 || !this.mayBegin()) return false;
    this.begin();
    return true;
  }

  /** Resolves when the operation's turn has come. */
  begun(): Promise<void> {
    return new Promise((call) => this.waiting.add(call));
  }

  end(): void {
    this.atWork -= 1;
    this.goOn();
  }

  private mayBegin(): boolean {
    return !this.hasBegunThisRound && this.atWork < this.mostAtWork;
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
