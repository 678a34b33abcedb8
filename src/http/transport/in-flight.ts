import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../shared/clock.js';

/** The requests that are being worked on. One whose client went away stays until its work is done: a shutdown must not cut it off. */
export interface InFlight {
  readonly size: number;
  /** Those whose answer is not known yet: the others only wait for their clients to take it. */
  readonly unanswered: number;
  /** Whether a complete request on this connection waits for its answer. */
  isAnswerDue(connection: Duplex): boolean;
  add(request: IncomingMessage): void;
  answered(request: IncomingMessage): void;
  remove(request: IncomingMessage): void;
  /** Resolves with what is left: 0 as soon as nothing is in flight, more when the time was up first. */
  drained(graceMs: number, clock: Clock): Promise<number>;
}

export function createInFlight(): InFlight {
  const requests = new Set<IncomingMessage>();
  const unanswered = new Set<IncomingMessage>();
  const drainWaits = new Set<AbortController>();
  return {
    get size() {
      return requests.size;
    },
    get unanswered() {
      return unanswered.size;
    },
    isAnswerDue: (connection) => [...requests].some(({ socket, complete }) => socket === connection && complete),
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
