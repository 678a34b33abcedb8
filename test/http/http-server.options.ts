import { readAbuseLimits } from '../../src/config/limits.config.js';
import { createStreamQuota } from '../../src/graphql/subscription/stream-quota.js';
import type { LoadLimits } from '../../src/http/edge/load-shedder.js';
import { servesAnyHost } from '../../src/http/edge/served-hosts.js';
import type { HttpServerDeps } from '../../src/http/server.js';
import { STREAM_LIMITS, type StreamLimits } from '../../src/http/subscriptions/stream-limits.js';
import { HTTP_LIMITS, type HttpLimits } from '../../src/http/transport/limits.js';
import { LOCAL_CALLER } from '../../src/payments/access/caller.js';
import { systemClock } from '../../src/shared/clock.js';

/** What a test may say of its server; the rest is as in a gateway without limits of callers. */
export interface HttpServerOptions extends Partial<Omit<HttpServerDeps, 'limits' | 'streamLimits' | 'load'>> {
  readonly limits?: Partial<HttpLimits>;
  readonly streamLimits?: Partial<StreamLimits>;
  readonly load?: Partial<LoadLimits>;
}

/** The arguments of a server on a free port of this machine, which no slow machine overloads. */
export function httpServerDeps(
  required: Pick<HttpServerDeps, 'api' | 'log'>,
  { limits, streamLimits, load, ...given }: HttpServerOptions,
): HttpServerDeps {
  const { maxConnections, maxInFlight, streams } = readAbuseLimits({}, { authenticated: false });
  return {
    host: '127.0.0.1',
    port: 0,
    clock: systemClock,
    authenticate: () => Promise.resolve(LOCAL_CALLER),
    assertReady: () => Promise.resolve(),
    isCongested: () => false,
    servesHost: servesAnyHost,
    streamQuota: createStreamQuota(streams),
    pages: null,
    webhooks: null,
    corsOrigins: ['https://shop.example'],
    shutdownGraceMs: 5_000,
    ...required,
    ...given,
    limits: { ...HTTP_LIMITS, maxConnections, ...limits },
    streamLimits: { ...STREAM_LIMITS, ...streamLimits },
    load: { maxInFlight, maxEventLoopDelayMs: 60_000, ...load },
  };
}
