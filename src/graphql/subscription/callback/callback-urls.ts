import type { Clock } from '../../../shared/clock.js';

/**
 * The URLs that Apollo's plugin works for. It tells subscriptions apart by nothing else: the end
 * of one would be the end of another with the same URL.
 */
export interface CallbackUrls {
  take(url: string, clock: Pick<Clock, 'monotonicNow'>): ((use: UrlUse) => void) | null;
}

/** `used`: the subscription was begun, so its last message may still be on its way. */
export type UrlUse = 'unused' | 'used';

/** The last message is tried four times, for three seconds each, with pauses of at most 1.4 s together. */
const LAST_MESSAGE_MS = 15_000;

export function createCallbackUrls(): CallbackUrls {
  const taken = new Set<string>();
  const ending = new Map<string, number>();
  const letGo = (nowMs: number): void => {
    for (const [url, untilMs] of ending) {
      if (nowMs < untilMs) return;
      ending.delete(url);
    }
  };
  return {
    take: (url, clock) => {
      letGo(clock.monotonicNow());
      if (taken.has(url) || ending.has(url)) return null;
      taken.add(url);
      return (use) => {
        taken.delete(url);
        if (use === 'used') ending.set(url, clock.monotonicNow() + LAST_MESSAGE_MS);
      };
    },
  };
}
