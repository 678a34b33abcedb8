import { Backoff } from '../../src/shared/backoff.js';

const take = (backoff: Backoff, count: number): number[] => Array.from({ length: count }, () => backoff.next());

describe('a backoff', () => {
  it('doubles its pauses up to the longest', () => {
    expect(take(new Backoff({ firstMs: 20, longestMs: 100 }), 5)).toEqual([20, 40, 80, 100, 100]);
  });

  it('begins anew once it is reset', () => {
    const backoff = new Backoff({ firstMs: 20, longestMs: 100 });
    take(backoff, 4);
    backoff.reset();
    expect(take(backoff, 2)).toEqual([20, 40]);
  });
});
