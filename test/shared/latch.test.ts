import { getEventListeners } from 'node:events';
import { systemClock } from '../../src/shared/clock.js';
import { Latch, resultWithin } from '../../src/shared/latch.js';

const HOUR_MS = 3_600_000;

describe('a latch', () => {
  it('ends every wait as it opens, and stays open', async () => {
    const latch = new Latch();
    const waits = Array.from({ length: 20 }, () => latch.opensWithin(HOUR_MS, systemClock));
    expect(latch.isOpen).toBe(false);
    latch.open();
    latch.open();
    expect(await Promise.all(waits)).toEqual(waits.map(() => true));
    expect([latch.isOpen, latch.signal.aborted]).toEqual([true, true]);
    expect(await latch.opensWithin(HOUR_MS, systemClock)).toBe(true);
    expect(getEventListeners(latch.signal, 'abort')).toEqual([]);
  });

  it('tells a wait whose time is up that it is closed', async () => {
    expect(await new Latch().opensWithin(1, systemClock)).toBe(false);
  });

  it('lets many wait without a warning of Node', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): unknown => warnings.push(warning);
    process.on('warning', onWarning);
    const latch = new Latch();
    const waits = Array.from({ length: 100 }, () => latch.opensWithin(HOUR_MS, systemClock));
    await new Promise((resolve) => setImmediate(resolve));
    latch.open();
    await Promise.all(waits);
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});

describe('resultWithin', () => {
  it('gives what the work gives in time, and null when the time is up first', async () => {
    expect(await resultWithin(Promise.resolve('done'), HOUR_MS, systemClock)).toBe('done');
    expect(await resultWithin(new Promise(() => undefined), 1, systemClock)).toBeNull();
  });

  it('rejects as the work does', async () => {
    await expect(resultWithin(Promise.reject(new Error('failed')), HOUR_MS, systemClock)).rejects.toThrow('failed');
  });
});
