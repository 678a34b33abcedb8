import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../shared/clock.js';
import type { Log } from '../shared/log.js';
import { ClientGone } from './body.js';
import { createCloseWithConnection } from './connection-end.js';
import { splitTarget, type Answer, type Exchange, type Handler } from './exchange.js';
import { HOST_NOT_SERVED, type ServesHost } from './served-hosts.js';
import type { InFlight } from './in-flight.js';
import { OVERLOADED } from './load-shedder.js';
import { HttpRefusal, INTERNAL_ERROR, refusalAnswer, SHUTTING_DOWN } from './refusal.js';
import { findFormFault } from './request-form.js';
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
export type Dispatch = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export function createDispatch(deps: DispatchDeps): Dispatch {
  const { inFlight, isDraining, clock } = deps;
  const logRequest = createRequestLog(deps);
  const closeWithConnection = createCloseWithConnection();
  return async (request, response) => {
    const startedAtMs = clock.monotonicNow();
    const exchange = toExchange(request, response, clock);
    const closed = new Promise((resolve) => response.once('close', resolve));
    closeWithConnection(request, response);
    inFlight.add(request);
    try {
      const answer = await answerTo(exchange, deps);
      inFlight.answered(request);
      await send(exchange, answer, { clock, lastOnConnection: isDraining() });
    } catch (error) {
      abandon(exchange, error, deps.log);
    }
    await closed;
    inFlight.remove(request);
    logRequest(toLogged(exchange, clock.monotonicNow() - startedAtMs));
  };
}

/** Runs a handler and turns whatever it throws into an answer, except that the client is gone. */
export function guarded(handler: Handler, log: Log): Handler {
  return async (exchange) => {
    try {
      return await handler(exchange);
    } catch (error) {
      if (error instanceof ClientGone) throw error;
      if (error instanceof HttpRefusal) return refusalAnswer(error.terms, exchange.requestId);
      log.error({ err: error, requestId: exchange.requestId }, 'request failed');
      return refusalAnswer(INTERNAL_ERROR, exchange.requestId);
    }
  };
}

function toExchange(request: IncomingMessage, response: ServerResponse, clock: Clock): Exchange {
  return {
    request,
    response,
    requestId: requestIdFrom(request.headers['x-request-id'], clock),
    method: request.method ?? 'GET',
    ...splitTarget(request.url ?? '/'),
  };
}

async function answerTo(exchange: Exchange, deps: DispatchDeps): Promise<Answer> {
  const fault = findFormFault(exchange.request);
  if (fault !== null) return refusalAnswer(fault, exchange.requestId);
  if (!deps.servesHost(exchange.request.headers.host)) return refusalAnswer(HOST_NOT_SERVED, exchange.requestId);
  if (deps.isDraining() && !deps.healthPaths.has(exchange.path))
    return refusalAnswer(SHUTTING_DOWN, exchange.requestId);
  if (deps.isShed(exchange.path)) return refusalAnswer(OVERLOADED, exchange.requestId);
  return guarded((found) => findHandler(deps.routes, found)(found), deps.log)(exchange);
}

/** Nobody to answer to, or half an answer sent: all that is left is to end the connection. */
function abandon({ response, requestId }: Exchange, error: unknown, log: Log): void {
  if (!(error instanceof ClientGone)) log.error({ err: error, requestId }, 'answer failed');
  response.destroy();
}

function toLogged({ response, requestId, method, path }: Exchange, durationMs: number): LoggedRequest {
  const aborted = !response.writableFinished;
  return {
    ...{ requestId, method, path },
    status: aborted && !response.headersSent ? null : response.statusCode,
    durationMs: Math.round(durationMs * 10) / 10,
    ...(aborted && { aborted }),
  };
}
