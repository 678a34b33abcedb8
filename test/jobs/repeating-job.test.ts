import { createRepeatingJob } from '../../src/jobs/repeating-job.js';
import { StoreUnavailableError } from '../../src/payments/model/errors.js';
import { systemClock, type Clock } from '../../src/shared/clock.js';

/** Pauses end at once. */
const hasty: Clock = { ...systemClock, sleep: () => Promise.resolve() };

/** What is logged where the first run rejects with the error and the second goes well. */
async function logOf(error: Error): Promise<unknown[]> {
  const logged: unknown[] = [];
  const log = {
    info: (...entry: unknown[]) => void logged.push(['info', ...entry]),
    alarm: (...entry: unknown[]) => void logged.push(['alarm', ...entry]),
  };
  const rejections = [error];
  await new Promise<void>((resolve) => {
    const run = (): Promise<void> => {
      const [rejection] = rejections.splice(0, 1);
      if (rejection !== undefined) return Promise.reject(rejection);
      void job.close().then(resolve);
      return Promise.resolve();
    };
    const job = createRepeatingJob({ name: 'the-job', pauseMs: 1, clock: hasty, log, run });
    job.start();
  });
  return logged;
}

describe('a run that fails', () => {
  it('wakes somebody: what fails once for a bug may fail every time', async () => {
    const details = { job: 'the-job', error: 'operator does not exist' };

    expect(await logOf(new Error('operator does not exist'))).toEqual([['alarm', 'job.failed', details]]);
  });

  it('wakes nobody while the store is away', async () => {
    const details = { job: 'the-job', error: 'The database is away.' };

    expect(await logOf(new StoreUnavailableError('The database is away.'))).toEqual([['info', 'job.failed', details]]);
  });
});
