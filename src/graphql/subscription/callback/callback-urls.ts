import type { Clock } from '../../../shared/clock.js';

/**
 * The URLs that Apollo's plugin has. It tells subscriptions apart by nothing else: a second one would take the place of the first one's
 * heartbeat, which would go on by itself, and the end of either would be the end of both.
 */
export interface CallbackUrls {
  /** Returns what to call when the subscription is over; null where the URL is another's. */
  take(url: string, clock: Pick<Clock, 'monotonicNow'>): ((use: UrlUse) => void) | null;
}

/** `used`: the subscription was begun, so its last message may still be on its way. */
export type UrlUse = 'unused' | 'used';

/** That message is tried four times, for three seconds each and with pauses of at most 1.4 s together, and the plugin forgets the URL after it. */
const LAST_MESSAGE_MS = 15_000;

export function createCallbackUrls(): CallbackUrls {
  const taken = new Set<string>();
  /** Until when, those that are free first coming first. */
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
