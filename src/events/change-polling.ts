import { StoreUnavailableError } from '../payments/model/errors.js';
import type { Clock } from '../shared/clock.js';
import type { Log } from '../shared/log/log.js';
import type { ChangeSource } from '../store/open-store.js';

/** Looks for changes as long as nobody tells of them. */
export interface ChangePolling {
  /** Goes on where it has begun already. */
  begin(): void;
  end(): void;
}

export interface ChangePollingDeps {
  readonly source: Pick<ChangeSource, 'changedAmong'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly watchers: {
    paymentIds(): string[];
    wake(paymentId: string): void;
  };
}

const PAUSE_MS = 1_000;
/** A change bears the time of its statement and is seen after its commit. Whoever is woken for one that he has seen finds nothing new. */
const OVERLAP_MS = 10_000;
/** Of one statement. */
const MOST_PAYMENTS = 1_000;

export function createChangePolling(deps: ChangePollingDeps): ChangePolling {
  let ended: AbortController | null = null;
  return {
    begin: () => {
      if (ended !== null) return;
      ended = new AbortController();
      void poll(deps, ended.signal);
    },
    end: () => {
      ended?.abort();
      ended = null;
    },
  };
}

/** What could not be looked at is looked at the next time, for as long as it has not been. */
async function poll({ source, clock, log, watchers }: ChangePollingDeps, ended: AbortSignal): Promise<void> {
  let seenAtMs = clock.monotonicNow();
  for (;;) {
    await clock.sleep(PAUSE_MS, ended);
    if (ended.aborted) return;
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
  const pages = Math.ceil(ids.length / MOST_PAYMENTS);
  return Array.from({ length: pages }, (_, page) => ids.slice(page * MOST_PAYMENTS, (page + 1) * MOST_PAYMENTS));
}
