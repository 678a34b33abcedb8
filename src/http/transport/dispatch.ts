import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../shared/clock.js';
import type { Log } from '../../shared/log/log.js';
import { ClientGone } from '../bodies/body.js';
import { createCloseWithConnection } from '../bodies/connection-end.js';
import { findHeaderError } from '../bodies/header-error.js';
import { OVERLOADED } from '../edge/load-shedder.js';
import { HOST_NOT_SERVED, servesEach, type ServesHost } from '../edge/served-hosts.js';
import { mapMaybeAsync, splitTarget, type HttpResponse, type HttpContext, type Handler } from './http-context.js';
import { HttpError, INTERNAL_ERROR, errorResponse, SHUTTING_DOWN, type HttpErrorOptions } from './http-error.js';
import type { InFlight } from './in-flight.js';
import { requestIdFrom } from './request-id.js';
import { createRequestLog, type LoggedRequest } from './request-log.js';
import { findHandler, type Routes } from './route.js';
import { send } from './send.js';

interface DispatchDeps {
  readonly routes: Routes;
  readonly healthPaths: ReadonlySet<string>;
  readonly servesHost: ServesHost;
  readonly inFlight: InFlight;
  isDraining(): boolean;
  isShed(path: string): boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** Takes one request all the way: id, route, response, log line. Never throws. */
export type Dispatch = (request: IncomingMessage, response: ServerResponse) => void;

export function createDispatch(deps: DispatchDeps): Dispatch {
  const { routes, inFlight, clock, log } = deps;
  const logRequest = createRequestLog(deps);
  const closeWithConnection = createCloseWithConnection();
  const handle = guarded((context) => findHandler(routes, context)(context), log);
  return (request, serverResponse) => {
    const startedAtMs = clock.monotonicNow();
    const context = toHttpContext(request, serverResponse, clock);
    const end = onSecondCall(() => {
      inFlight.remove(request);
      logRequest(toLogged(context, clock.monotonicNow() - startedAtMs));
    });
    serverResponse.once('close', end);
    closeWithConnection(request, serverResponse);
    inFlight.add(request);
    const fail = (error: unknown): void => {
      abandon(context, error, log);
      end();
    };
    try {
      const sending = mapMaybeAsync(findEarlyResponse(context, deps) ?? handle(context), (response) => {
        inFlight.answered(request);
        return send(context, response, { clock, lastOnConnection: deps.isDraining() });
      });
      if (sending === null) end();
      else sending.then(end, fail);
    } catch (error) {
      fail(error);
    }
  };
}

function onSecondCall(action: () => void): () => void {
  let isFirst = true;
  return () => {
    if (isFirst) isFirst = false;
    else action();
  };
}

export function guarded(handler: Handler, log: Log): Handler {
  return (context) => {
    const answerError = (error: unknown): HttpResponse => toErrorResponse(error, context, log);
    try {
      const response = handler(context);
      return response instanceof Promise ? response.catch(answerError) : response;
    } catch (error) {
      return answerError(error);
    }
  };
}

function toErrorResponse(error: unknown, { requestId }: HttpContext, log: Log): HttpResponse {
  if (error instanceof ClientGone) throw error;
  if (error instanceof HttpError) return errorResponse(error.options, requestId);
  log.error({ err: error, requestId }, 'request failed');
  return errorResponse(INTERNAL_ERROR, requestId);
}

function toHttpContext(request: IncomingMessage, serverResponse: ServerResponse, clock: Clock): HttpContext {
  return {
    request,
    serverResponse,
    requestId: requestIdFrom(request.headers['x-request-id'], clock),
    method: request.method ?? 'GET',
    ...splitTarget(request.url ?? '/'),
  };
}

function findEarlyResponse(context: HttpContext, deps: DispatchDeps): HttpResponse | null {
  const error = findHeaderError(context.request) ?? findStateError(context, deps);
  return error === null ? null : errorResponse(error, context.requestId);
}

function findStateError({ request, path, targetHost }: HttpContext, deps: DispatchDeps): HttpErrorOptions | null {
  if (!servesEach(deps.servesHost, [request.headers.host, targetHost])) return HOST_NOT_SERVED;
  if (deps.isDraining() && !deps.healthPaths.has(path)) return SHUTTING_DOWN;
  return deps.isShed(path) ? OVERLOADED : null;
}

function abandon({ serverResponse, requestId }: HttpContext, error: unknown, log: Log): void {
  if (!(error instanceof ClientGone)) log.error({ err: error, requestId }, 'answer failed');
  serverResponse.destroy();
}

function toLogged({ serverResponse, requestId, method, path }: HttpContext, durationMs: number): LoggedRequest {
  const aborted = !serverResponse.writableFinished;
  return {
    requestId,
    method,
    path,
    status: aborted && !serverResponse.headersSent ? null : serverResponse.statusCode,
    durationMs: Math.round(durationMs * 10) / 10,
    ...(aborted && { aborted }),
  };
}
