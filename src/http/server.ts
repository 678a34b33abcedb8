import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClientErrorHandler } from './client-error.js';
import { createDispatch, type Dispatch } from './dispatch.js';
import { createInFlight, type InFlight } from './in-flight.js';
import { DEFAULT_LIMITS, type HttpLimits } from './limits.js';
import { createRoutes, HEALTH_PATHS, type RoutesDeps } from './routes.js';

export interface HttpServerDeps extends Omit<RoutesDeps, 'limits' | 'isDraining'> {
  readonly host: string;
  /** 0 lets the system choose a free one. */
  readonly port: number;
  /** How long close() waits for requests in flight. Must be longer than the longest operation. */
  readonly shutdownGraceMs: number;
  readonly limits?: Partial<HttpLimits>;
}

export interface HttpServer {
  /** Starts Apollo, then takes requests. Rejects when the port can't be had. */
  listen(): Promise<{ readonly url: string }>;
  /** Takes nothing new, finishes what is in flight, then stops Apollo. Safe to call twice and before listen(). */
  close(): Promise<void>;
}

export function createHttpServer(deps: HttpServerDeps): HttpServer {
  const limits = { ...DEFAULT_LIMITS, ...deps.limits };
  const inFlight = createInFlight();
  let closing: Promise<void> | null = null;
  const isDraining = () => closing !== null;
  const routes = createRoutes({ ...deps, limits, isDraining });
  const dispatch = createDispatch({ ...deps, routes, healthPaths: HEALTH_PATHS, inFlight, isDraining });
  const server = createNodeServer(dispatch, limits);
  server.on('clientError', createClientErrorHandler(inFlight, deps.log));
  return {
    listen: () => listen(server, deps),
    close: () => (closing ??= shutDown(server, inFlight, deps)),
  };
}

function createNodeServer(dispatch: Dispatch, limits: HttpLimits): Server {
  const server = createServer({
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.timeoutCheckIntervalMs,
  });
  server.on('request', (request, response) => void dispatch(request, response));
  // A client that asks first whether to send its body is refused before it sends one that is too large.
  server.on('checkContinue', (request, response) => void dispatch(request, response));
  return server;
}

async function listen(server: Server, { api, host, port }: HttpServerDeps): Promise<{ url: string }> {
  await api.server.start();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    await api.server.stop();
    throw error;
  }
  return { url: urlOf(host, (server.address() as AddressInfo).port) };
}

/** A wildcard address is no place to go to, so the local one is named. */
function urlOf(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function shutDown(server: Server, inFlight: InFlight, deps: HttpServerDeps): Promise<void> {
  // Stops listening and closes idle connections; the busy ones are told by their answers to close.
  const closed = new Promise((resolve) => server.close(resolve));
  const unfinished = await inFlight.drained(deps.shutdownGraceMs, deps.clock);
  if (unfinished > 0) deps.log.warn({ unfinished }, 'requests cut off by the end of the grace period');
  server.closeAllConnections();
  await closed;
  await deps.api.server.stop();
}
