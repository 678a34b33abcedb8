import { getEventListeners, getMaxListeners } from 'node:events';
import { StoreUnavailableError } from '../../../src/payments/model/errors.js';
import { createOutcomeWriter } from '../../../src/payments/outcome-writer/outcome-writer.js';
import { systemClock, type Clock } from '../../../src/shared/clock.js';

const log = { info: () => undefined, alarm: () => undefined };

describe('outcomes that wait for the store', () => {
  it('are any number: Node takes none of their waits for a leak', async () => {
    const signals = new Set<AbortSignal>();
    const sleep: Clock['sleep'] = (durationMs, signal) => {
      if (signal !== undefined) signals.add(signal);
      return systemClock.sleep(durationMs, signal);
    };
    const outcomeWriter = createOutcomeWriter({ ...systemClock, sleep }, log);
    const isGone = () => Promise.reject(new StoreUnavailableError('gone'));

    await Promise.all(Array.from({ length: 30 }, () => outcomeWriter.write(isGone, 0)));

    const suspicious = [...signals].filter(
      (signal) => getEventListeners(signal, 'abort').length > getMaxListeners(signal),
    );
    await outcomeWriter.drain(0);
    expect(suspicious).toEqual([]);
  });

  it('are tried until the store takes them, also after nobody waits any more', async () => {
    const outcomeWriter = createOutcomeWriter(systemClock, log);
    let tries = 0;
    const atLast = () => (++tries < 4 ? Promise.reject(new StoreUnavailableError('gone')) : Promise.resolve('stored'));

    expect(await outcomeWriter.write(atLast, 0)).toBeNull();
    await outcomeWriter.drain(10_000);

    expect(tries).toBe(4);
  });
});
