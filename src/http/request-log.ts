import type { Clock } from '../shared/clock.js';
import type { Log } from '../shared/log.js';
import { redactedExcerpt } from '../shared/redact.js';

/** One request as an operator reads of it. */
export interface LoggedRequest {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  /** Null where the client went away before there was an answer. */
  readonly status: number | null;
  readonly durationMs: number;
  readonly aborted?: boolean;
}

export interface RequestLogDeps {
  /** Probes ask every few seconds; while all is well their lines would only bury the others. */
  readonly healthPaths: ReadonlySet<string>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Longer than any path that is answered here. */
const MAX_LOGGED_PATH_CHARACTERS = 200;
const WINDOW_MS = 1_000;
/** Of one status in a second. Callers that make mistakes stay below; a flood need not fill a disk to be seen. */
const REFUSALS_LOGGED_PER_WINDOW = 20;

/**
 * A line for every request, except that of the refusals that come by the hundred the rest of a second is counted, by status, in one line
 * that comes with the next request after it.
 */
export function createRequestLog({ healthPaths, clock, log }: RequestLogDeps): (request: LoggedRequest) => void {
  const refusals = new Map<number, number>();
  let windowEndsAtMs = -Infinity;

  const beginWindow = (nowMs: number): void => {
    const unlogged = [...refusals].flatMap(([status, count]) =>
      count > REFUSALS_LOGGED_PER_WINDOW ? [[status, count - REFUSALS_LOGGED_PER_WINDOW] as const] : [],
    );
    if (unlogged.length > 0) log.warn({ byStatus: Object.fromEntries(unlogged) }, 'requests.refused');
    refusals.clear();
    windowEndsAtMs = nowMs + WINDOW_MS;
  };

  const isOneTooMany = (status: number | null): boolean => {
    if (status === null || !isRefusal(status)) return false;
    const count = (refusals.get(status) ?? 0) + 1;
    refusals.set(status, count);
    return count > REFUSALS_LOGGED_PER_WINDOW;
  };

  return (request) => {
    const nowMs = clock.monotonicNow();
    if (nowMs >= windowEndsAtMs) beginWindow(nowMs);
    if (isOneTooMany(request.status)) return;
    const line = { ...request, path: redactedExcerpt(request.path, MAX_LOGGED_PATH_CHARACTERS) };
    if (healthPaths.has(request.path) && request.status === 200) log.debug(line, 'request');
    else log.info(line, 'request');
  };
}

/** What is turned away, by its fault or by load; a failure of this server's own (500) is none. */
function isRefusal(status: number): boolean {
  return (status >= 400 && status < 500) || status === 503;
}
