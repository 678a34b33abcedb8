import type { Clock } from '../../shared/clock.js';
import type { Log } from '../../shared/log/log.js';
import { redactedExcerpt } from '../../shared/log/redact.js';
import { createRefusalLogLimiter } from '../edge/refusal-log-limiter.js';

export interface LoggedRequest {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly durationMs: number;
  readonly aborted?: boolean;
}

interface RequestLogDeps {
  readonly healthPaths: ReadonlySet<string>;
  readonly clock: Clock;
  readonly log: Log;
}

const MAX_LOGGED_PATH_CHARACTERS = 200;

/** Logs a line for every request; refusals past a number each second are counted in one line. */
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

function isRefusal(status: number | null): status is number {
  return status !== null && ((status >= 400 && status < 500) || status === 503);
}
