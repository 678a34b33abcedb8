import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { HttpErrorOptions } from '../transport/http-error.js';

export interface LoadLimits {
  readonly maxInFlight: number;
  /** Mean lateness of the process in each of the last two seconds, in milliseconds. */
  readonly maxEventLoopDelayMs: number;
}

interface LoadShedderDeps extends LoadLimits {
  isCongested(): boolean;
}

export interface LoadShedder {
  isOverloaded(inFlight: number): boolean;
  readonly close: () => void;
}

const SAMPLE_EVERY_MS = 1_000;
const RESOLUTION_MS = 20;
const NANOSECONDS_PER_MS = 1e6;

export function createLoadShedder(deps: LoadShedderDeps): LoadShedder {
  const { maxInFlight, maxEventLoopDelayMs } = deps;
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let delayBeforeMs = 0;
  let delayMs = 0;
  delays.enable();
  const sampling = setInterval(() => {
    delayBeforeMs = delayMs;
    delayMs = delays.count === 0 ? 0 : delays.mean / NANOSECONDS_PER_MS - RESOLUTION_MS;
    delays.reset();
  }, SAMPLE_EVERY_MS).unref();
  return {
    // One late second is a process that was suspended or collected its garbage, and is well again; load lasts.
    isOverloaded: (inFlight) =>
      inFlight > maxInFlight || Math.min(delayBeforeMs, delayMs) > maxEventLoopDelayMs || deps.isCongested(),
    close: () => {
      clearInterval(sampling);
      delays.disable();
    },
  };
}

export const OVERLOADED: HttpErrorOptions = {
  status: 503,
  code: 'OVERLOADED',
  message: 'This server has more to do than it can and did not look at the request. Send it again in a moment.',
  headers: { 'retry-after': '1' },
};
