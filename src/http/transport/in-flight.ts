import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../shared/clock.js';
import { Latch } from '../../shared/latch.js';

/** The requests under way. One whose client went away stays until its work is done: a shutdown must not cut it off. */
export interface InFlight {
  readonly size: number;
  readonly unanswered: number;
  isResponseDue(connection: Duplex): boolean;
  add(request: IncomingMessage): void;
  answered(request: IncomingMessage): void;
  remove(request: IncomingMessage): void;
  /** Resolves with the number of requests that are left when the time is up: 0 as soon as there are none. */
  drained(graceMs: number, clock: Clock): Promise<number>;
}

export function createInFlight(): InFlight {
  const requests = new Set<IncomingMessage>();
  const unanswered = new Set<IncomingMessage>();
  const drainWaits = new Set<Latch>();
  return {
    get size() {
      return requests.size;
    },
    get unanswered() {
      return unanswered.size;
    },
    isResponseDue: (connection) => [...requests].some(({ socket, complete }) => socket === connection && complete),
    add: (request) => {
      requests.add(request);
      unanswered.add(request);
    },
    answered: (request) => {
      unanswered.delete(request);
    },
    remove: (request) => {
      requests.delete(request);
      unanswered.delete(request);
      if (requests.size > 0) return;
      for (const wait of drainWaits) wait.open();
    },
    drained: async (graceMs, clock) => {
      if (requests.size === 0) return 0;
      const wait = new Latch();
      drainWaits.add(wait);
      await wait.opensWithin(graceMs, clock);
      drainWaits.delete(wait);
      return requests.size;
    },
  };
}
