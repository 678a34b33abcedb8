import { StoreUnavailableError } from '../payments/model/errors.js';
import type { OperatorLog } from '../payments/ports/operator-log.js';
import type { Clock } from '../shared/clock.js';
import { Latch } from '../shared/latch.js';

export interface RepeatingJob {
  start(): void;
  close(): Promise<void>;
}

interface RepeatingJobOptions {
  readonly name: string;
  readonly pauseMs: number;
  readonly clock: Clock;
  readonly log: OperatorLog;
  /** A rejection is logged, as an alarm unless it is a StoreUnavailableError. The signal: the job is closing. */
  run(signal: AbortSignal): Promise<unknown>;
}

export function createRepeatingJob({ name, pauseMs, clock, log, run }: RepeatingJobOptions): RepeatingJob {
  const closing = new Latch();
  let ended: Promise<void> = Promise.resolve();

  async function repeat(): Promise<void> {
    while (!closing.isOpen) {
      try {
        await run(closing.signal);
      } catch (error) {
        const details = { job: name, error: error instanceof Error ? error.message : 'unknown' };
        if (error instanceof StoreUnavailableError) log.info('job.failed', details);
        else log.alarm('job.failed', details);
      }
      await closing.opensWithin(pauseMs, clock);
    }
  }

  return {
    start: () => {
      ended = repeat();
    },
    close: () => {
      closing.open();
      return ended;
    },
  };
}
