import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../shared/clock.js';

/** The requests that are being worked on. One whose client went away stays until its work is done: a shutdown must not cut it off. */
export interface InFlight {
  readonly size: number;
  /** Whether a complete request on this connection waits for its answer. */
  isAnswerDue(connection: Duplex): boolean;
  add(request: IncomingMessage): void;
  remove(request: IncomingMessage): void;
  /** Resolves with what is left: 0 as soon as nothing is in flight, more when the time was up first. */
  drained(graceMs: number, clock: Clock): Promise<number>;
}

export function createInFlight(): InFlight {
  const requests = new Set<IncomingMessage>();
  const drainWaits = new Set<AbortController>();
  return {
    get size() {
      return requests.size;
    },
    isAnswerDue: (connection) => [...requests].some(({ socket, complete }) => socket === connection && complete),
    add: (request) => {
      requests.add(request);
    },
    remove: (request) => {
      requests.delete(request);
      if (requests.size === 0)
        drainWaits.forEach((wait) => {
          wait.abort();
        });
    },
    drained: async (graceMs, clock) => {
      if (requests.size === 0) return 0;
      const wait = new AbortController();
      drainWaits.add(wait);
      await clock.sleep(graceMs, wait.signal);
      drainWaits.delete(wait);
      return requests.size;
    },
  };
}
