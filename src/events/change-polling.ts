import { StoreUnavailableError } from '../payments/model/errors.js';
import type { Clock } from '../shared/clock.js';
import { Latch } from '../shared/latch.js';
import type { Log } from '../shared/log/log.js';
import type { ChangeSource } from '../store/open-store.js';

/** Looks for changes while no notifications come. Both methods may be called at any time. */
interface ChangePolling {
  begin(): void;
  end(): void;
}

interface ChangePollingDeps {
  readonly source: Pick<ChangeSource, 'changedAmong'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly watchers: {
    paymentIds(): string[];
    wake(paymentId: string): void;
  };
}

const PAUSE_MS = 1_000;
/** A change bears the time of its statement and is seen after its commit; a second wake-up for one does no harm. */
const OVERLAP_MS = 10_000;
const MOST_PAYMENTS_OF_A_STATEMENT = 1_000;

export function createChangePolling(deps: ChangePollingDeps): ChangePolling {
  let ended: Latch | null = null;
  return {
    begin: () => {
      if (ended !== null) return;
      ended = new Latch();
      void poll(deps, ended);
    },
    end: () => {
      ended?.open();
      ended = null;
    },
  };
}

async function poll({ source, clock, log, watchers }: ChangePollingDeps, ended: Latch): Promise<void> {
  let seenAtMs = clock.monotonicNow();
  while (!(await ended.opensWithin(PAUSE_MS, clock))) {
    const nowMs = clock.monotonicNow();
    try {
      for (const ids of pagesOf(watchers.paymentIds())) {
        const changed = await source.changedAmong(ids, nowMs - seenAtMs + OVERLAP_MS);
        for (const id of changed) watchers.wake(id);
      }
      seenAtMs = nowMs;
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) log.error({ err: error }, 'events.polling-failed');
    }
  }
}

function pagesOf(ids: readonly string[]): string[][] {
  const size = MOST_PAYMENTS_OF_A_STATEMENT;
  const pages = Math.ceil(ids.length / size);
  return Array.from({ length: pages }, (_, page) => ids.slice(page * size, (page + 1) * size));
}
