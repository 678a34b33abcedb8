import { setMaxListeners } from 'node:events';
import type { Clock } from '../../shared/clock.js';
import { StoreUnavailableError } from '../model/errors.js';
import type { OperatorLog } from '../ports/operator-log.js';

/** Writes what must not be lost: tries until the store takes it, also long after the caller was answered. */
export interface OutcomeWriter {
  /** Resolves with what the write gave, or with null when it is not stored within the time; the trying goes on then. */
  write<T>(write: () => Promise<T>, waitMs: number): Promise<T | null>;
  /** Writes that are wanted, not owed: dropped at once where too many wait already. Never rejects. */
  writeIfRoom(write: () => Promise<unknown>): void;
  /** Resolves when nothing is left to write or the time is up. Whatever is left then is found by the reconciler. */
  drain(timeoutMs: number): Promise<void>;
}

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 2_000;
/** More than this many waiting means that the store is gone for long; wanted writes would only add to its load when it comes back. */
const ROOM_FOR_WANTED_WRITES = 500;

export function createOutcomeWriter(clock: Clock, log: OperatorLog): OutcomeWriter {
  const pending = new Set<Promise<unknown>>();
  const stopped = new AbortController();
  // Every outcome that waits listens to it; Node would take more than ten for a leak and say so in the middle of an outage.
  setMaxListeners(Infinity, stopped.signal);

  async function tryUntilStored<T>(write: () => Promise<T>): Promise<T | null> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await write();
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) {
          log.alarm('outcome-writer.failed', { error: error instanceof Error ? error.message : 'unknown' });
          return null;
        }
      }
      if (stopped.signal.aborted) return null;
      await clock.sleep(pauseMs, stopped.signal);
    }
  }

  function track<T>(writing: Promise<T>): Promise<T> {
    pending.add(writing);
    void writing.finally(() => pending.delete(writing));
    return writing;
  }

  return {
    write: (write, waitMs) => {
      const writing = track(tryUntilStored(write));
      return firstOf(writing, waitMs, clock);
    },
    writeIfRoom: (write) => {
      if (pending.size < ROOM_FOR_WANTED_WRITES) void track(tryUntilStored(write));
    },
    drain: async (timeoutMs) => {
      await firstOf(Promise.all(pending), timeoutMs, clock);
      stopped.abort();
    },
  };
}

async function firstOf<T>(work: Promise<T>, waitMs: number, clock: Clock): Promise<T | null> {
  const done = new AbortController();
  try {
    return await Promise.race([work, clock.sleep(waitMs, done.signal).then(() => null)]);
  } finally {
    done.abort();
  }
}
