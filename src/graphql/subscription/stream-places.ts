import type { Caller } from '../../payments/caller.js';
import { mostFor, type PerCaller } from '../../payments/per-caller.js';

/** How many streams a caller has open at one replica. A WebSocket is one, and so are an event stream and a subscription by callback. */
export interface StreamPlaces {
  /** Returns what to call when the stream is over; null where the caller has as many as one may. */
  take(caller: Caller): (() => void) | null;
}

export function createStreamPlaces(limits: PerCaller): StreamPlaces {
  const taken = new Map<string, number>();
  const add = (scope: string, change: 1 | -1): void => {
    const count = (taken.get(scope) ?? 0) + change;
    if (count === 0) taken.delete(scope);
    else taken.set(scope, count);
  };
  return {
    take: (caller) => {
      const { scope } = caller;
      const most = mostFor(caller, limits);
      if (most !== null && (taken.get(scope) ?? 0) >= most) return null;
      add(scope, 1);
      let isOver = false;
      return () => {
        if (!isOver) add(scope, -1);
        isOver = true;
      };
    },
  };
}

export const UNLIMITED_STREAMS: PerCaller = { perPerson: null, perService: null };

export const TOO_MANY_STREAMS = {
  status: 429,
  code: 'TOO_MANY_STREAMS',
  message:
    'You have as many streams open here as one may have: WebSockets, event streams and subscriptions by callback. End some of them, or watch several payments over one WebSocket.',
} as const;
