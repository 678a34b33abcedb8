import { createLogRateLimiter } from '../../src/shared/log/log-rate-limiter.js';

describe('a log rate limiter', () => {
  function limiter() {
    let nowMs = 0;
    const lines = createLogRateLimiter<string>({
      clock: { monotonicNow: () => nowMs },
      windowMs: 1_000,
      linesPerWindow: 2,
    });
    return { ...lines, later: (ms: number) => void (nowMs += ms) };
  }

  it('gives each kind its lines in a window, and none to what comes after them', () => {
    const { admit, later } = limiter();

    const first = ['a', 'a', 'a', 'b', 'a'].map(admit);
    later(999);

    expect(first).toEqual([1, 1, 0, 1, 0]);
    expect(admit('a')).toBe(0);
  });

  it('has the first line of the next window stand for what went without one', () => {
    const { admit, later } = limiter();
    ['a', 'a', 'a', 'a', 'b'].forEach(admit);

    later(1_000);

    expect(['a', 'a', 'a', 'b'].map(admit)).toEqual([3, 1, 0, 1]);
  });

  it('keeps a count for who takes it, also when the next window has begun', () => {
    const { admit, takeUnlogged, later } = limiter();
    ['a', 'a', 'a'].forEach(admit);

    later(1_000);

    expect([admit('a'), takeUnlogged(), takeUnlogged()]).toEqual([2, { a: 1 }, null]);
  });

  it('tells the counts of windows that are over, once', () => {
    const { admit, takeUnlogged, later } = limiter();
    ['a', 'a', 'a', 'b'].forEach(admit);

    const during = takeUnlogged();
    later(1_000);

    expect([during, takeUnlogged(), takeUnlogged()]).toEqual([null, { a: 1 }, null]);
    expect(admit('a')).toBe(1);
  });
});
