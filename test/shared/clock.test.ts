import { getEventListeners } from 'node:events';
import { systemClock } from '../../src/shared/clock.js';

const HOUR_MS = 3_600_000;

describe('a sleep on the system clock', () => {
  it('ends by itself and lets go of its signal', async () => {
    const { signal } = new AbortController();
    await systemClock.sleep(1, signal);
    await systemClock.sleep(1);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('is cut short by its signal, and does not begin where that was aborted before', async () => {
    const controller = new AbortController();
    const sleeping = systemClock.sleep(HOUR_MS, controller.signal);
    controller.abort();
    await sleeping;
    await systemClock.sleep(HOUR_MS, controller.signal);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});
