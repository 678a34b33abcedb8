import { setTimeout as sleepFor } from 'node:timers/promises';

/** Where every room gets the time from; tests pass their own. */
export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds on a clock that never goes back; only differences mean anything. */
  monotonicNow(): number;
  /** Resolves after the time has passed, or at once when the signal is or gets aborted. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicNow: () => performance.now(),
  sleep: async (durationMs, signal) => {
    try {
      await sleepFor(durationMs, undefined, signal === undefined ? {} : { signal });
    } catch {
      // An aborted sleep is an early return: whoever sleeps looks at the signal next.
    }
  },
};
