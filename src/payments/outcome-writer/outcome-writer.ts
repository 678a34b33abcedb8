import { Backoff } from '../../shared/backoff.js';
import type { Clock } from '../../shared/clock.js';
import { Latch, resultWithin } from '../../shared/latch.js';
import { StoreUnavailableError } from '../model/errors.js';
import type { OperatorLog } from '../ports/operator-log.js';

export interface OutcomeWriter {
  /** Resolves with what the write gives, or with null when it is not stored in time; the trying goes on then. */
  write<T>(write: () => Promise<T>, waitMs: number): Promise<T | null>;
  /** Writes what is wanted and not owed: dropped at once where too many writes wait already. Never rejects. */
  writeIfRoom(write: () => Promise<unknown>): void;
  /** Resolves when nothing is left to write or the time is up; the reconciler finds what is left then. */
  drain(timeoutMs: number): Promise<void>;
}

const PAUSES = { firstMs: 20, longestMs: 2_000 };
/** With more writes waiting the store is gone for long; wanted ones would only add to its load when it comes back. */
const ROOM_FOR_WANTED_WRITES = 500;

export function createOutcomeWriter(clock: Clock, log: OperatorLog): OutcomeWriter {
  const pending = new Set<Promise<unknown>>();
  const stopped = new Latch();

  async function tryUntilStored<T>(write: () => Promise<T>): Promise<T | null> {
    const backoff = new Backoff(PAUSES);
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) {
          log.alarm('outcome-writer.failed', { error: error instanceof Error ? error.message : 'unknown' });
          return null;
        }
      }
      if (stopped.isOpen) return null;
      await stopped.opensWithin(backoff.next(), clock);
    }
  }

  function track<T>(writing: Promise<T>): Promise<T> {
    pending.add(writing);
    void writing.finally(() => pending.delete(writing));
    return writing;
  }

  return {
    write: (write, waitMs) => resultWithin(track(tryUntilStored(write)), waitMs, clock),
    writeIfRoom: (write) => {
      if (pending.size < ROOM_FOR_WANTED_WRITES) void track(tryUntilStored(write));
    },
    drain: async (timeoutMs) => {
      await resultWithin(Promise.all(pending), timeoutMs, clock);
      stopped.open();
    },
  };
}
