import { StoreUnavailableError } from '../payments/model/errors.js';
import type { OperatorLog } from '../payments/ports/operator-log.js';
import type { Clock } from '../shared/clock.js';

/** Work that is done again and again with a pause in between, one run at a time. */
export interface RepeatingJob {
  start(): void;
  /** Begins no further run and resolves when the one under way has ended. */
  close(): Promise<void>;
}

export interface RepeatingJobOptions {
  /** For the log: `reconciler`. */
  readonly name: string;
  readonly pauseMs: number;
  readonly clock: Clock;
  readonly log: OperatorLog;
  /** A rejection is logged, as an alarm unless it is a StoreUnavailableError (a bug may fail every time), and the next run comes all the same. The signal tells that the job is closing. */
  run(signal: AbortSignal): Promise<unknown>;
}

export function createRepeatingJob({ name, pauseMs, clock, log, run }: RepeatingJobOptions): RepeatingJob {
  const closing = new AbortController();
  let ended: Promise<void> = Promise.resolve();

  async function repeat(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        await run(closing.signal);
      } catch (error) {
        const details = { job: name, error: error instanceof Error ? error.message : 'unknown' };
        if (error instanceof StoreUnavailableError) log.info('job.failed', details);
        else log.alarm('job.failed', details);
      }
      await clock.sleep(pauseMs, closing.signal);
    }
  }

  return {
    start: () => {
      ended = repeat();
    },
    close: () => {
      closing.abort();
      return ended;
    },
  };
}
