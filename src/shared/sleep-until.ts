import type { Clock } from './clock.js';

const LONGEST_SLEEP_MS = 86_400_000;

export async function sleepUntil(epochMs: number, signal: AbortSignal, clock: Clock): Promise<boolean> {
  for (let leftMs = epochMs - clock.now(); leftMs > 0 && !signal.aborted; leftMs = epochMs - clock.now())
    await clock.sleep(Math.min(leftMs, LONGEST_SLEEP_MS), signal);
  return !signal.aborted;
}
