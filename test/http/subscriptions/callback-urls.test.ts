import { createCallbackUrls } from '../../../src/graphql/subscription/callback/callback-urls.js';

const ONE = 'http://router.internal/callback/1';
const OTHER = 'http://router.internal/callback/2';

describe('callback URLs', () => {
  let nowMs = 0;
  const clock = { monotonicNow: () => nowMs };

  it('are each for one subscription at a time', () => {
    const urls = createCallbackUrls();
    expect(urls.take(ONE, clock)).not.toBeNull();
    expect([urls.take(ONE, clock), urls.take(OTHER, clock)]).toEqual([null, expect.any(Function)]);
  });

  it('are free at once where no subscription came of them', () => {
    const urls = createCallbackUrls();
    urls.take(ONE, clock)?.('unused');
    expect(urls.take(ONE, clock)).not.toBeNull();
  });

  it('are free again when the last message of their subscription must have been given up', () => {
    const urls = createCallbackUrls();
    urls.take(ONE, clock)?.('used');
    nowMs = 14_999;
    expect(urls.take(ONE, clock)).toBeNull();
    nowMs = 15_000;
    expect(urls.take(ONE, clock)).not.toBeNull();
    expect(urls.take(ONE, clock)).toBeNull();
  });
});
