import type { GraphqlApi } from '../graphql/api.js';
import type { StreamQuota } from '../graphql/subscription/stream-quota.js';
import type { Clock } from '../shared/clock.js';
import type { Log } from '../shared/log/log.js';
import type { Authenticate } from './authentication/authenticator.js';
import type { BodyOptions } from './bodies/body.js';
import { createCors, STUDIO_ORIGIN, type Cors } from './edge/cors.js';
import { createGraphqlHandler } from './graphql/graphql.handler.js';
import { answerAlive, createReadyHandler } from './handlers/health.handler.js';
import { createWebhookHandler, type WebhookRoute } from './handlers/webhook.handler.js';
import { createEventStreamHandler, wantsEventStream } from './subscriptions/event-stream.handler.js';
import type { OpenStreams } from './subscriptions/open-streams.js';
import type { StreamLimits } from './subscriptions/stream-limits.js';
import { guarded } from './transport/dispatch.js';
import { mapMaybeAsync, type HttpResponse, type Handler } from './transport/http-context.js';
import type { HttpLimits } from './transport/limits.js';
import { joinRoutes, type Route, type Routes } from './transport/route.js';

export const HEALTH_PATHS: ReadonlySet<string> = new Set(['/livez', '/readyz']);

export interface RoutesDeps {
  readonly api: GraphqlApi;
  readonly authenticate: Authenticate;
  assertReady(): Promise<void>;
  readonly log: Log;
  readonly clock: Clock;
  readonly pages: Pages | null;
  readonly corsOrigins: readonly string[];
  /** Receives POST /webhooks/clink; null: that path is not served. */
  readonly webhooks: WebhookRoute | null;
  readonly limits: HttpLimits;
  readonly bodies: RequestBodies;
  readonly streams: OpenStreams;
  readonly streamQuota: StreamQuota;
  readonly streamLimits: StreamLimits;
  isDraining(): boolean;
}

export interface Pages {
  readonly routes: Routes;
  /** Apollo's explorer, for browsers that open /graphql; null: no explorer, and Apollo Studio is not let in. */
  readonly studio: Handler | null;
}

export interface RequestBodies {
  readonly operations: BodyOptions;
  readonly webhooks: BodyOptions;
}

export function createRoutes(deps: RoutesDeps): Routes {
  return joinRoutes([createServiceRoutes(deps), ...(deps.pages === null ? [] : [deps.pages.routes])]);
}

function createServiceRoutes(deps: RoutesDeps): Routes {
  const { limits, webhooks, bodies } = deps;
  return {
    exact: {
      '/graphql': createGraphqlRoute(deps),
      '*': { OPTIONS: answerServerOptions },
      '/livez': { GET: answerAlive },
      '/readyz': { GET: createReadyHandler({ ...deps, readyTimeoutMs: limits.readyTimeoutMs }) },
      ...(webhooks && { '/webhooks/clink': { POST: createWebhookHandler(webhooks, bodies.webhooks) } }),
    },
    folders: {},
  };
}

function createGraphqlRoute(deps: RoutesDeps): Route {
  const cors = createCors(pageOrigins(deps));
  const { operations } = deps.bodies;
  const { streamLimits } = deps;
  const streamBody = { ...operations, maxBytes: streamLimits.maxMessageBytes };
  const streamed = createEventStreamHandler({ ...deps, limits: streamLimits, body: streamBody });
  const single = createGraphqlHandler({ ...deps, body: operations, page: deps.pages?.studio ?? null });
  const handler: Handler = (context) =>
    wantsEventStream(context.request.headers) ? streamed(context) : single(context);
  const answered = withCors(guarded(handler, deps.log), cors);
  return { GET: answered, POST: answered, OPTIONS: ({ request }) => cors.preflight(request.headers) };
}

function answerServerOptions(): HttpResponse {
  return { status: 204, headers: { allow: 'GET, HEAD, POST, OPTIONS' }, body: '' };
}

export function pageOrigins({ corsOrigins, pages }: Pick<RoutesDeps, 'corsOrigins' | 'pages'>): string[] {
  return [...corsOrigins, ...((pages?.studio ?? null) === null ? [] : [STUDIO_ORIGIN])];
}

function withCors(handler: Handler, cors: Cors): Handler {
  return (context) =>
    mapMaybeAsync(handler(context), (response) => ({
      ...response,
      headers: { ...response.headers, ...cors.headersFor(context.request.headers) },
    }));
}
