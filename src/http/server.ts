import { createServer, type Server } from 'node:http';
import { createStreamQuota, UNLIMITED_STREAMS, type StreamQuota } from '../graphql/subscription/stream-quota.js';
import type { Clock } from '../shared/clock.js';
import { listen, urlOf } from '../shared/net/listen.js';
import { createClientErrorHandler } from './bodies/client-error.js';
import { createDispatch, type Dispatch } from './transport/dispatch.js';
import { createInFlight, type InFlight } from './transport/in-flight.js';
import { DEFAULT_LIMITS, type HttpLimits } from './transport/limits.js';
import { createLoadShedder, DEFAULT_LOAD_LIMITS, type LoadLimits } from './edge/load-shedder.js';
import { createRoutes, HEALTH_PATHS, pageOrigins, type RequestBodies, type RoutesDeps } from './routes.js';
import { servesAnyHost, type ServesHost } from './edge/served-hosts.js';
import { createOpenStreams, type OpenStreams } from './subscriptions/open-streams.js';
import { createSocketConcurrencyLimiter } from './subscriptions/socket-concurrency-limiter.js';
import { DEFAULT_STREAM_LIMITS, type StreamLimits } from './subscriptions/stream-limits.js';
import { listenForUpgrades } from './subscriptions/upgrade.js';
import { createWebSockets, type WebSockets } from './subscriptions/websocket.server.js';
import { createSlowBodyLimiter } from './bodies/slow-body-limiter.js';

export interface HttpServerDeps extends Omit<
  RoutesDeps,
  'limits' | 'bodies' | 'isDraining' | 'streams' | 'streamLimits' | 'streamQuota'
> {
  readonly host: string;
  /** 0 lets the system choose a free one. */
  readonly port: number;
  /** How long close() waits for requests in flight. Must be longer than the longest operation. */
  readonly shutdownGraceMs: number;
  readonly limits?: Partial<HttpLimits>;
  readonly streamLimits?: Partial<StreamLimits>;
  readonly load?: Partial<LoadLimits>;
  /** Whether the store has more to do than it can do soon. By default it never has. */
  readonly isCongested?: () => boolean;
  /** How many streams a caller may have open; shared with subscriptions by callback. By default any number. */
  readonly streamQuota?: StreamQuota;
  /** By default any. */
  readonly servesHost?: ServesHost;
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
  const streamLimits = { ...DEFAULT_STREAM_LIMITS, ...deps.streamLimits };
  const streams = createOpenStreams();
  const { streamQuota = createStreamQuota(UNLIMITED_STREAMS) } = deps;
  const bodies = createBodies(limits, deps.clock);
  const routes = createRoutes({ ...deps, limits, bodies, isDraining, streams, streamLimits, streamQuota });
  const { servesHost = servesAnyHost, isCongested = () => false } = deps;
  const shedder = createLoadShedder({ ...DEFAULT_LOAD_LIMITS, ...deps.load, isCongested });
  // Work is what has come in whole and has no answer yet: clients that send or take it slowly, as anybody can, are none.
  const requestsAtWork = () => inFlight.unanswered - bodies.operations.awaited.size - bodies.webhooks.awaited.size;
  const socketWork = createSocketConcurrencyLimiter(streamLimits);
  const workload = () => requestsAtWork() + socketWork.size;
  const isOverloaded = () => shedder.isOverloaded(workload());
  const webSockets = createWebSockets({ ...deps, streamQuota, work: socketWork, isOverloaded, limits: streamLimits });
  const isShed = (path: string) => !NEVER_SHED.has(path) && isOverloaded();
  const shared = { servesHost, isDraining };
  const dispatch = createDispatch({ ...deps, ...shared, isShed, routes, healthPaths: HEALTH_PATHS, inFlight });
  const server = createNodeServer(dispatch, limits);
  listenForUpgrades(server, {
    ...{ ...shared, webSockets, path: '/graphql', origins: pageOrigins(deps) },
    // One that asks to be upgraded is not among the requests in flight.
    isOverloaded: () => shedder.isOverloaded(workload() + 1),
    isAnswerDue: inFlight.isAnswerDue,
  });
  logTurnedAway(server, deps);
  server.on('clientError', createClientErrorHandler({ ...deps, inFlight }));
  return {
    listen: () => start(server, deps),
    close: () => (closing ??= shutDown(server, { inFlight, streams, webSockets }, deps).finally(shedder.close)),
  };
}

/** Probes must hear that the process lives, and the provider's webhooks are how payments that were made come to their end. */
const NEVER_SHED: ReadonlySet<string> = new Set([...HEALTH_PATHS, '/webhooks/clink']);

function createBodies(limits: HttpLimits, clock: Clock): RequestBodies {
  const { maxBodyBytes: maxBytes } = limits;
  return {
    operations: {
      ...{ maxBytes, clock, timeoutMs: limits.bodyTimeoutMs },
      awaited: createSlowBodyLimiter(limits.maxBodiesAwaited),
    },
    webhooks: {
      ...{ maxBytes, clock, timeoutMs: limits.webhookBodyTimeoutMs },
      awaited: createSlowBodyLimiter(limits.maxWebhookBodiesAwaited),
    },
  };
}

function createNodeServer(dispatch: Dispatch, limits: HttpLimits): Server {
  const server = createServer({
    // Refused like everything else that is wrong with a request.
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
  // A client that asks first whether to send its body is refused before it sends one that is too large.
  server.on('checkContinue', dispatch);
  server.on('checkExpectation', dispatch);
  return server;
}

/** Whoever is turned away gets no answer, so operators have to hear of it; once in a while, as it comes in floods. */
const TURNED_AWAY_EVERY_MS = 10_000;

function logTurnedAway(server: Server, { clock, log }: HttpServerDeps): void {
  let sayAgainAtMs = Number.NEGATIVE_INFINITY;
  server.on('drop', () => {
    if (clock.monotonicNow() < sayAgainAtMs) return;
    sayAgainAtMs = clock.monotonicNow() + TURNED_AWAY_EVERY_MS;
    log.warn({ maxConnections: server.maxConnections }, 'connections.turned-away');
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
  // Stops listening and closes idle connections; the busy ones are told by their answers to close.
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
