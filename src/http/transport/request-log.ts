import type { Clock } from '../../shared/clock.js';
import type { Log } from '../../shared/log/log.js';
import { redactedExcerpt } from '../../shared/log/redact.js';
import { createRefusalLogLimiter } from '../edge/refusal-log-limiter.js';

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

/**
 * A line for every request, except that of the refusals that come by the hundred the rest of a second is counted, by status, in one line
 * that comes with the next request after it.
 */
export function createRequestLog({ healthPaths, clock, log }: RequestLogDeps): (request: LoggedRequest) => void {
  const refusals = createRefusalLogLimiter({ clock, log });
  return (request) => {
    refusals.tick();
    if (isRefusal(request.status) && refusals.isSpent(request.status)) return;
    const line = { ...request, path: redactedExcerpt(request.path, MAX_LOGGED_PATH_CHARACTERS) };
    if (healthPaths.has(request.path) && request.status === 200) log.debug(line, 'request');
    else log.info(line, 'request');
  };
}

/** What is turned away, by its fault or by load; a failure of this server's own (500) is none. */
function isRefusal(status: number | null): status is number {
  return status !== null && ((status >= 400 && status < 500) || status === 503);
}
