import { createServer, type Server } from 'node:http';
import type { Clock } from '../shared/clock.js';
import { createLogRateLimiter } from '../shared/log/log-rate-limiter.js';
import { listen, urlOf } from '../shared/net/listen.js';
import { createClientErrorHandler } from './bodies/client-error.js';
import { createSlowBodyLimiter } from './bodies/slow-body-limiter.js';
import { createLoadShedder, type LoadLimits, type LoadShedder } from './edge/load-shedder.js';
import type { ServesHost } from './edge/served-hosts.js';
import { createRoutes, HEALTH_PATHS, pageOrigins, type RequestBodies, type RoutesDeps } from './routes.js';
import { createOpenStreams, type OpenStreams } from './subscriptions/open-streams.js';
import { createSocketConcurrencyLimiter } from './subscriptions/socket-concurrency-limiter.js';
import { listenForUpgrades } from './subscriptions/upgrade.js';
import { createWebSockets, type WebSockets } from './subscriptions/websocket.server.js';
import { createDispatch, type Dispatch } from './transport/dispatch.js';
import { createInFlight, type InFlight } from './transport/in-flight.js';
import type { HttpLimits } from './transport/limits.js';

export interface HttpServerDeps extends Omit<RoutesDeps, 'bodies' | 'isDraining' | 'streams'> {
  readonly host: string;
  readonly port: number;
  /** How long close() waits for requests in flight. Must be longer than the longest operation. */
  readonly shutdownGraceMs: number;
  readonly load: LoadLimits;
  isCongested(): boolean;
  readonly servesHost: ServesHost;
}

export interface HttpServer {
  listen(): Promise<{ readonly url: string }>;
  /** Takes nothing new, finishes what is in flight, then stops Apollo. Safe to call twice and before listen(). */
  close(): Promise<void>;
}

export function createHttpServer(deps: HttpServerDeps): HttpServer {
  const { limits, streamLimits, servesHost } = deps;
  let closing: Promise<void> | null = null;
  const isDraining = () => closing !== null;
  const inFlight = createInFlight();
  const streams = createOpenStreams();
  const bodies = createBodies(limits, deps.clock);
  const routes = createRoutes({ ...deps, bodies, isDraining, streams });
  const socketWork = createSocketConcurrencyLimiter(streamLimits);
  const shedder = createLoadShedder({ ...deps.load, isCongested: () => deps.isCongested() });
  const load = createServerLoad(shedder, { inFlight, bodies, socketWork });
  const webSockets = createWebSockets({ ...deps, limits: streamLimits, work: socketWork, isOverloaded: load.isOver });
  const isShed = (path: string) => !NEVER_SHED.has(path) && load.isOver();
  const dispatch = createDispatch({ ...deps, isDraining, isShed, routes, healthPaths: HEALTH_PATHS, inFlight });
  const server = createNodeServer(dispatch, limits);
  listenForUpgrades(server, {
    webSockets,
    path: '/graphql',
    origins: pageOrigins(deps),
    servesHost,
    isDraining,
    isOverloaded: load.isOverWithOneMore,
    isResponseDue: inFlight.isResponseDue,
  });
  logDroppedConnections(server, deps);
  server.on('clientError', createClientErrorHandler({ ...deps, inFlight }));
  return {
    listen: () => start(server, deps),
    close: () => (closing ??= shutDown(server, { inFlight, streams, webSockets }, deps).finally(shedder.close)),
  };
}

/** Probes must hear that the process lives, and webhooks bring the outcomes of payments that were made. */
const NEVER_SHED: ReadonlySet<string> = new Set([...HEALTH_PATHS, '/webhooks/clink']);

interface WorkCounters {
  readonly inFlight: InFlight;
  readonly bodies: RequestBodies;
  readonly socketWork: { readonly size: number };
}

/** A request is work from its last byte to its response: slow senders and slow readers, as anyone can be, are none. */
function createServerLoad(shedder: LoadShedder, { inFlight, bodies, socketWork }: WorkCounters) {
  const workload = () =>
    inFlight.unanswered - bodies.operations.awaited.size - bodies.webhooks.awaited.size + socketWork.size;
  return {
    isOver: () => shedder.isOverloaded(workload()),
    isOverWithOneMore: () => shedder.isOverloaded(workload() + 1),
  };
}

function createBodies(limits: HttpLimits, clock: Clock): RequestBodies {
  const { maxBodyBytes: maxBytes } = limits;
  return {
    operations: {
      maxBytes,
      timeoutMs: limits.bodyTimeoutMs,
      awaited: createSlowBodyLimiter(limits.maxBodiesAwaited),
      clock,
    },
    webhooks: {
      maxBytes,
      timeoutMs: limits.webhookBodyTimeoutMs,
      awaited: createSlowBodyLimiter(limits.maxWebhookBodiesAwaited),
      clock,
    },
  };
}

function createNodeServer(dispatch: Dispatch, limits: HttpLimits): Server {
  const server = createServer({
    // `findHeaderError` refuses such requests, with the headers that protect a browser.
    requireHostHeader: false,
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.timeoutCheckIntervalMs,
  });
  server.maxConnections = limits.maxConnections;
  server.timeout = limits.stalledAfterMs;
  server.on('request', dispatch);
  server.on('checkContinue', dispatch);
  server.on('checkExpectation', dispatch);
  return server;
}

const DROPPED_LOG_EVERY_MS = 10_000;

function logDroppedConnections(server: Server, { clock, log }: HttpServerDeps): void {
  const lines = createLogRateLimiter<'dropped'>({ clock, windowMs: DROPPED_LOG_EVERY_MS, linesPerWindow: 1 });
  server.on('drop', () => {
    if (lines.admit('dropped') > 0) log.warn({ maxConnections: server.maxConnections }, 'connections.turned-away');
  });
}

async function start(server: Server, { api, host, port }: HttpServerDeps): Promise<{ url: string }> {
  await api.server.start();
  try {
    return { url: urlOf(host, await listen(server, { host, port, setting: 'PORT' })) };
  } catch (error) {
    await api.server.stop();
    throw error;
  }
}

interface OpenConnections {
  readonly inFlight: InFlight;
  readonly streams: OpenStreams;
  readonly webSockets: WebSockets;
}

async function shutDown(server: Server, open: OpenConnections, deps: HttpServerDeps): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  // Subscriptions would go on for as long as payers take; their clients connect to another server.
  open.streams.close();
  await open.webSockets.close();
  const unfinished = await open.inFlight.drained(deps.shutdownGraceMs, deps.clock);
  if (unfinished > 0) deps.log.warn({ unfinished }, 'requests cut off by the end of the grace period');
  server.closeAllConnections();
  await closed;
  await deps.api.server.stop();
}
