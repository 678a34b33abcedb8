import 'reflect-metadata';
import { isRouterSecret, type AuthConfig } from './config/authentication.config.js';
import { withChargeBreaker } from './clink/charge/charge-breaker.js';
import { createClinkClient, type ClinkClient } from './clink/clink-client.js';
import { isWebhookSecret, type Config } from './config/config.js';
import { toList } from './config/environment.js';
import { createPaymentChanges } from './events/payment-changes.js';
import { createGraphqlApi } from './graphql/api.js';
import { readOperationManifest } from './graphql/persisted/operation-manifest.js';
import { createStreamQuota } from './graphql/subscription/stream-quota.js';
import { createAuthenticator, type Authenticate } from './http/authentication/authenticator.js';
import { servesAnyHost, servesThisMachine } from './http/edge/served-hosts.js';
import type { Pages } from './http/routes.js';
import { createHttpServer, type HttpServerDeps } from './http/server.js';
import { createInboxSweeper } from './jobs/inbox-sweeper.js';
import { expireOldKeys } from './jobs/key-reaper.js';
import { deleteOldRows } from './jobs/row-reaper.js';
import { createReconciler } from './payments/reconcile/reconciler.js';
import { createRepeatingJob, type RepeatingJob } from './jobs/repeating-job.js';
import { createPaymentService } from './payments/create-payment/create-payment.service.js';
import { createPaymentFinder } from './payments/find-payments/find-payments.service.js';
import type { AlarmName } from './payments/ports/alarms.js';
import type { OperatorLog } from './payments/ports/operator-log.js';
import { createConcurrencyLimiter } from './payments/access/per-caller.js';
import { createWalletQrService } from './payments/refresh-wallet-qr/refresh-wallet-qr.service.js';
import { withReplayLimit } from './payments/create-payment/replay-limit.js';
import { createOutcomeWriter } from './payments/outcome-writer/outcome-writer.js';
import { createPaymentWatcher } from './payments/watch-payment/watch-payment.service.js';
import type { Sandbox } from './dev/sandbox/sandbox.js';
import { systemClock } from './shared/clock.js';
import type { Log } from './shared/log/log.js';
import { createSecret } from './shared/secret-file.js';
import { openStore, type EmbeddedDatabase, type Store } from './store/open-store.js';
import type { JSONWebKeySet } from 'jose';
import { createWebhookReceiver } from './webhooks/receive-webhook.js';

/** A running gateway. */
export interface App {
  /** Where GraphQL, explorer and health checks are: `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Null where a real Clink is configured. */
  readonly sandboxUrl: string | null;
  /** Takes nothing new, finishes what is in flight, writes down every outcome learned, then lets go of everything. */
  close(): Promise<void>;
}

/** From the claim to the moment the request's headers must be written: room for a new connection, far below every other deadline. */
const SEND_WINDOW_MS = 5_000;
/** Beside the provider's deadline: waiting for another's outcome, and writing down one's own. */
const SHUTDOWN_MARGIN_MS = 8_000;
const DRAIN_MS = 5_000;
const REAPERS_PAUSE_MS = 3_600_000;
/** Only what a crash has left waits for it. */
const INBOX_SWEEPER_PAUSE_MS = 10_000;

const clock = systemClock;

/** Composes the rooms, the only place that knows them all. Throws where a part can't start. */
export async function startApp(config: Config, log: Log): Promise<App> {
  const opened = new ClosingStack();
  try {
    return await composeApp(config, log, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function composeApp(config: Config, log: Log, opened: ClosingStack): Promise<App> {
  const operatorLog = toOperatorLog(log);
  const sandbox = opened.add(await openSandbox(config, log));
  const store = opened.add(await openStore({ ...config.store, embedded: await loadEmbedded(config), clock, log }));
  const changes = opened.add(createPaymentChanges({ source: store.changes, clock, log }));
  const clink = opened.add(openClinkClient(config, sandbox, log));
  const outcomeWriter = createOutcomeWriter(clock, operatorLog);
  opened.add({ close: () => outcomeWriter.drain(DRAIN_MS) });
  for (const job of createJobs(config, { store, clink, log: operatorLog })) opened.add(job).start();
  const { inFlightWaitMs, returnUrlOrigins, returnUrlSchemes } = config.payments;
  const paymentService = createPaymentService({
    ...{ store: store.payments, changes, outcomeWriter, clock, log: operatorLog },
    provider: withChargeBreaker(clink, { clock, log: operatorLog }),
    ...{ inFlightWaitMs, sendWindowMs: SEND_WINDOW_MS, rates: config.limits.rates },
  });
  const development = !config.production;
  const listedOperations = config.operations.persisted === 'only' ? readOperationManifest() : null;
  const streamQuota = createStreamQuota(config.limits.streams);
  const api = createGraphqlApi({
    payments: {
      ...withReplayLimit(paymentService, { limiter: createConcurrencyLimiter(config.limits.replays), clock }),
      ...createPaymentWatcher({ store: store.reads, changes, clock }),
      find: createPaymentFinder(store.reads),
      ...createWalletQrService({
        ...{ store: store.payments, reads: store.reads, orders: clink, outcomeWriter, clock, log: operatorLog },
        rates: config.limits.rates,
      }),
    },
    ...{ clock, log, returnUrlOrigins, returnUrlSchemes, introspection: development, listedOperations },
    ...{ callbackOrigins: config.subscriptions.callbackOrigins, streamQuota, ...config.operations },
  });
  const sandboxUrl = sandbox?.url ?? null;
  const server = createHttpServer({
    ...config.http,
    streamQuota,
    ...edgeOf(config),
    ...{ api, log, clock, pages: development ? await loadPages(sandboxUrl, listedOperations === null) : null },
    authenticate: await openAuthenticator(config, log),
    ...{ assertReady: () => store.payments.assertReady(), isCongested: () => store.isCongested() },
    webhooks: createWebhookReceiver({
      ...{ secrets: openWebhookSecrets(config, log), inbox: store.inbox, clock, log: operatorLog },
    }),
    shutdownGraceMs: config.clink.timeoutMs + SHUTDOWN_MARGIN_MS,
  });
  opened.add(server);
  const { url } = await server.listen();
  const [secret] = config.clink.webhookSecrets;
  if (sandbox !== null && secret !== undefined) sandbox.setWebhook({ url: `${url}/webhooks/clink`, secret });
  return { url, sandboxUrl, close: () => opened.close() };
}

/** Who is let in, and how much of it. Where no token is asked for, being on this machine is what lets a caller in. */
function edgeOf({ limits, auth }: Config): Pick<HttpServerDeps, 'load' | 'limits' | 'servesHost'> {
  return {
    load: limits,
    limits: { maxConnections: limits.maxConnections },
    servesHost: auth.mode === 'none' ? servesThisMachine : servesAnyHost,
  };
}

/** Without an identity provider (never in production) this machine's own key proves who is asking. */
async function openAuthenticator({ auth, store }: Config, log: Log): Promise<Authenticate> {
  const { tokens } = auth;
  const routerSecrets = openRouterSecrets(auth, log);
  if (tokens === null) return createAuthenticator({ tokens, routerSecrets, clock, log });
  const { jwksUrl, jwksProxy } = tokens;
  if (jwksProxy !== null) log.info({ proxy: jwksProxy.host }, 'authentication.through-proxy');
  const keys = jwksUrl === null ? await loadDevelopmentKeys(store.dataDir) : new URL(jwksUrl);
  return createAuthenticator({ tokens: { ...tokens, keys, proxy: jwksProxy }, routerSecrets, clock, log });
}

/** A file that was rolled to something that could be guessed opens nothing. */
function openRouterSecrets({ routerSecrets }: AuthConfig, log: Log): (() => readonly string[]) | null {
  if (routerSecrets === null) return null;
  const secrets = createSecret(routerSecrets.value, routerSecrets.file, { clock, log });
  return () => toList(secrets()).filter(isRouterSecret);
}

interface JobDeps {
  readonly store: Store;
  readonly clink: ClinkClient;
  readonly log: OperatorLog;
}

/** What runs by the clock, beside the requests. */
function createJobs({ payments, clink: { timeoutMs } }: Config, { store, clink, log }: JobDeps): RepeatingJob[] {
  const { reconciliation, retention } = store;
  const reconciler = createReconciler({
    ...{ store: store.payments, reconciliation, orders: clink, clock, log },
    options: {
      firstPauseMs: payments.reconcileIntervalMs,
      providerTimeoutMs: timeoutMs,
      graceMs: payments.reconcileGraceMs,
      sendWindowMs: SEND_WINDOW_MS,
    },
  });
  return [
    createRepeatingJob({
      ...{ name: 'reconciler', pauseMs: payments.reconcileIntervalMs, clock, log },
      run: (signal) => reconciler.run(signal),
    }),
    createRepeatingJob({
      ...{ name: 'key-reaper', pauseMs: REAPERS_PAUSE_MS, clock, log },
      run: () => expireOldKeys(reconciliation),
    }),
    createRepeatingJob({
      ...{ name: 'row-reaper', pauseMs: REAPERS_PAUSE_MS, clock, log },
      run: () => deleteOldRows(retention, clock),
    }),
    createInboxSweeper({ inbox: store.inbox, clock, log, intervalMs: INBOX_SWEEPER_PAUSE_MS }),
  ];
}

interface Closable {
  close(): Promise<void>;
}

/** What has been opened, to be closed in the opposite order. */
class ClosingStack {
  private readonly parts: Closable[] = [];

  add<T extends Closable | null>(part: T): T {
    if (part !== null) this.parts.unshift(part);
    return part;
  }

  async close(): Promise<void> {
    for (const part of this.parts.splice(0)) await part.close();
  }
}

/** What is for development is loaded outside production only. */
async function loadEmbedded({ store }: Config): Promise<EmbeddedDatabase | null> {
  if (store.databaseUrl !== null) return null;
  return (await import('./dev/embedded-store/pglite.database.js')).EMBEDDED_DATABASE;
}

async function loadPages(sandboxUrl: string | null, explorer: boolean): Promise<Pages> {
  const { createPages } = await import('./dev/explorer/pages.js');
  return createPages({ sandboxUrl, explorer });
}

async function loadDevelopmentKeys(dataDir: string): Promise<JSONWebKeySet> {
  const { openDevelopmentKey } = await import('./dev/development-key.js');
  return (await openDevelopmentKey(dataDir)).publicKeys;
}

async function openSandbox({ sandbox, clink }: Config, log: Log): Promise<Sandbox | null> {
  if (sandbox === null) return null;
  const { startSandbox } = await import('./dev/sandbox/sandbox.js');
  return startSandbox({
    ...{ host: '127.0.0.1', port: sandbox.port, apiKey: clink.apiKey, clock, log },
    webhook: null,
  });
}

function openClinkClient({ clink }: Config, sandbox: Sandbox | null, log: Log): ClinkClient {
  if (clink.proxy !== null) log.info({ proxy: clink.proxy.host }, 'clink.through-proxy');
  return createClinkClient({
    ...{ clock, log: toOperatorLog(log), timeoutMs: clink.timeoutMs, connections: clink.connections },
    actionUrlOrigins: clink.actionUrlOrigins,
    baseUrl: sandbox?.apiBaseUrl ?? clink.baseUrl,
    proxy: clink.proxy,
    apiKey: createSecret(clink.apiKey, clink.apiKeyFile, { clock, log }),
  });
}

/** As with the router's: one that could be guessed signs nothing, wherever it came from. */
function openWebhookSecrets(config: Config, log: Log): () => readonly string[] {
  const { clink } = config;
  const secrets = createSecret(clink.webhookSecrets.join(), clink.webhookSecretsFile, { clock, log });
  return () => toList(secrets()).filter((entry) => isWebhookSecret(entry, config));
}

function toOperatorLog(log: Log): OperatorLog {
  return {
    info: (event, details) => {
      log.info(details, event);
    },
    alarm: (event: AlarmName, details: object) => {
      log.error({ ...details, alarm: true }, event);
    },
  };
}
