import { isWebhookSecret } from '../config/config.js';
import { toList } from '../config/environment.js';
import { createGraphqlApi, type GraphqlApi } from '../graphql/api.js';
import { readOperationManifest } from '../graphql/persisted/operation-manifest.js';
import { createStreamQuota, type StreamQuota } from '../graphql/subscription/stream-quota.js';
import { servesAnyHost, servesThisMachine } from '../http/edge/served-hosts.js';
import type { Pages } from '../http/routes.js';
import { STREAM_LIMITS } from '../http/subscriptions/stream-limits.js';
import { HTTP_LIMITS } from '../http/transport/limits.js';
import { createHttpServer, type HttpServer } from '../http/server.js';
import { createSecret } from '../shared/secret-file.js';
import type { Store } from '../store/open-store.js';
import { createWebhookReceiver, type WebhookReceiver } from '../webhooks/receive-webhook.js';
import type { CompositionDeps } from './composition-deps.js';
import type { Services } from './create-services.js';
import { openAuthenticator } from './open-authenticator.js';

/** Beside the provider's deadline: waiting for another's outcome, and recording one's own. */
const SHUTDOWN_MARGIN_MS = 8_000;

interface EdgeDeps {
  readonly store: Store;
  readonly services: Services;
  readonly sandboxUrl: string | null;
}

export async function createEdge(
  deps: CompositionDeps,
  { store, services, sandboxUrl }: EdgeDeps,
): Promise<HttpServer> {
  const { config, clock, log } = deps;
  const streamQuota = createStreamQuota(config.limits.streams);
  return createHttpServer({
    ...config.http,
    api: createApi(deps, services, streamQuota),
    pages: await loadPages(deps, sandboxUrl),
    authenticate: await openAuthenticator(deps),
    webhooks: createWebhooks(deps, store),
    streamQuota,
    load: config.limits,
    limits: { ...HTTP_LIMITS, maxConnections: config.limits.maxConnections },
    streamLimits: STREAM_LIMITS,
    // Without tokens, being on this machine is what lets a caller in.
    servesHost: config.auth.mode === 'none' ? servesThisMachine : servesAnyHost,
    assertReady: () => store.payments.assertReady(),
    isCongested: () => store.isCongested(),
    shutdownGraceMs: config.clink.timeoutMs + SHUTDOWN_MARGIN_MS,
    clock,
    log,
  });
}

function createApi({ config, clock, log }: CompositionDeps, payments: Services, streamQuota: StreamQuota): GraphqlApi {
  return createGraphqlApi({
    ...config.operations,
    payments,
    streamQuota,
    returnUrlOrigins: config.payments.returnUrlOrigins,
    returnUrlSchemes: config.payments.returnUrlSchemes,
    callbackOrigins: config.subscriptions.callbackOrigins,
    introspection: !config.production,
    listedOperations: config.operations.persisted === 'only' ? readOperationManifest() : null,
    clock,
    log,
  });
}

async function loadPages({ config }: CompositionDeps, sandboxUrl: string | null): Promise<Pages | null> {
  if (config.production) return null;
  const { createPages } = await import('../dev/explorer/pages.js');
  return createPages({ sandboxUrl, explorer: config.operations.persisted !== 'only' });
}

function createWebhooks(deps: CompositionDeps, { inbox }: Store): WebhookReceiver {
  const { config, clock, log, operatorLog } = deps;
  const { webhookSecrets, webhookSecretsFile } = config.clink;
  const secrets = createSecret(webhookSecrets.join(), webhookSecretsFile, { clock, log });
  return createWebhookReceiver({
    // A secret that could be guessed signs nothing.
    secrets: () => toList(secrets()).filter((entry) => isWebhookSecret(entry, config)),
    inbox,
    clock,
    log: operatorLog,
  });
}
