import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../shared/clock.js';
import type { Log } from '../../shared/log/log.js';
import { ClientGone } from '../bodies/body.js';
import { createCloseWithConnection } from '../bodies/connection-end.js';
import { mapMaybeAsync, splitTarget, type HttpResponse, type HttpContext, type Handler } from './http-context.js';
import { HOST_NOT_SERVED, servesEach, type ServesHost } from '../edge/served-hosts.js';
import type { InFlight } from './in-flight.js';
import { OVERLOADED } from '../edge/load-shedder.js';
import { HttpError, INTERNAL_ERROR, errorResponse, SHUTTING_DOWN, type HttpErrorOptions } from './http-error.js';
import { findFormFault } from '../bodies/request-form.js';
import { requestIdFrom } from './request-id.js';
import { createRequestLog, type LoggedRequest } from './request-log.js';
import { findHandler, type Routes } from './route.js';
import { send } from './send.js';

export interface DispatchDeps {
  readonly routes: Routes;
  /** Paths that are answered during a shutdown as well. */
  readonly healthPaths: ReadonlySet<string>;
  readonly servesHost: ServesHost;
  readonly inFlight: InFlight;
  isDraining(): boolean;
  /** Whether a new request for this path is turned away, as there is too much to do. */
  isShed(path: string): boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** Takes one request all the way: id, route, answer, log line. Never throws. */
export type Dispatch = (request: IncomingMessage, response: ServerResponse) => void;

export function createDispatch(deps: DispatchDeps): Dispatch {
  const { routes, inFlight, clock, log } = deps;
  const logRequest = createRequestLog(deps);
  const closeWithConnection = createCloseWithConnection();
  const answerAsked = guarded((context) => findHandler(routes, context)(context), log);
  return (request, response) => {
    const startedAtMs = clock.monotonicNow();
    const context = toHttpContext(request, response, clock);
    const end = onSecondCall(() => {
      inFlight.remove(request);
      logRequest(toLogged(context, clock.monotonicNow() - startedAtMs));
    });
    response.once('close', end);
    closeWithConnection(request, response);
    inFlight.add(request);
    const fail = (error: unknown): void => {
      abandon(context, error, log);
      end();
    };
    try {
      const sending = mapMaybeAsync(findRefusal(context, deps) ?? answerAsked(context), (answer) => {
        inFlight.answered(request);
        return send(context, answer, { clock, lastOnConnection: deps.isDraining() });
      });
      if (sending === null) end();
      else sending.then(end, fail);
    } catch (error) {
      fail(error);
    }
  };
}

/** Runs `action` at the second call: a request is over when it was dealt with and its answer is closed, whichever comes last. */
function onSecondCall(action: () => void): () => void {
  let isFirst = true;
  return () => {
    if (isFirst) isFirst = false;
    else action();
  };
}

/** Runs a handler and turns whatever it throws into an answer, except that the client is gone. */
export function guarded(handler: Handler, log: Log): Handler {
  return (context) => {
    const answerError = (error: unknown): HttpResponse => toAnswer(error, context, log);
    try {
      const answer = handler(context);
      return answer instanceof Promise ? answer.catch(answerError) : answer;
    } catch (error) {
      return answerError(error);
    }
  };
}

function toAnswer(error: unknown, { requestId }: HttpContext, log: Log): HttpResponse {
  if (error instanceof ClientGone) throw error;
  if (error instanceof HttpError) return errorResponse(error.options, requestId);
  log.error({ err: error, requestId }, 'request failed');
  return errorResponse(INTERNAL_ERROR, requestId);
}

function toHttpContext(request: IncomingMessage, response: ServerResponse, clock: Clock): HttpContext {
  return {
    request,
    response,
    requestId: requestIdFrom(request.headers['x-request-id'], clock),
    method: request.method ?? 'GET',
    ...splitTarget(request.url ?? '/'),
  };
}

/** The answer to what is turned away whatever it asks for; null where its handler has to answer. */
function findRefusal(context: HttpContext, deps: DispatchDeps): HttpResponse | null {
  const options = findFormFault(context.request) ?? findRefusalByState(context, deps);
  return options === null ? null : errorResponse(options, context.requestId);
}

function findRefusalByState({ request, path, targetHost }: HttpContext, deps: DispatchDeps): HttpErrorOptions | null {
  if (!servesEach(deps.servesHost, [request.headers.host, targetHost])) return HOST_NOT_SERVED;
  if (deps.isDraining() && !deps.healthPaths.has(path)) return SHUTTING_DOWN;
  return deps.isShed(path) ? OVERLOADED : null;
}

/** Nobody to answer to, or half an answer sent: all that is left is to end the connection. */
function abandon({ response, requestId }: HttpContext, error: unknown, log: Log): void {
  if (!(error instanceof ClientGone)) log.error({ err: error, requestId }, 'answer failed');
  response.destroy();
}

function toLogged({ response, requestId, method, path }: HttpContext, durationMs: number): LoggedRequest {
  const aborted = !response.writableFinished;
  return {
    ...{ requestId, method, path },
    status: aborted && !response.headersSent ? null : response.statusCode,
    durationMs: Math.round(durationMs * 10) / 10,
    ...(aborted && { aborted }),
  };
}
