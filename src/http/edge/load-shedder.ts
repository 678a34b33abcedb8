import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { HttpErrorOptions } from '../transport/http-error.js';

/** Above these a server answers nobody well, so it turns new requests away while it can still say so. */
export interface LoadLimits {
  /** Requests being worked on. */
  readonly maxInFlight: number;
  /** How late the process is with everything it does: the mean of each of the last two seconds, in milliseconds. */
  readonly maxEventLoopDelayMs: number;
}

export const DEFAULT_LOAD_LIMITS: LoadLimits = { maxInFlight: 1_000, maxEventLoopDelayMs: 1_000 };

export interface LoadShedderDeps extends LoadLimits {
  /** Whether what requests wait for has more to do than it can do soon. */
  isCongested(): boolean;
}

export interface LoadShedder {
  /** Whether a new request is to be turned away. */
  isOverloaded(inFlight: number): boolean;
  /** Stops looking. */
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
    // The histogram counts the pause between two looks, which is the resolution when nothing is late.
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

/** Given before anything of the request is read. Payments that have begun go on: their claims and outcomes do not pass here again. */
export const OVERLOADED: HttpErrorOptions = {
  status: 503,
  code: 'OVERLOADED',
  message: 'This server has more to do than it can and did not look at the request. Send it again in a moment.',
  headers: { 'retry-after': '1' },
};
