import 'reflect-metadata';
import { createClinkClient, type ClinkClient } from './clink/clink-client.js';
import type { Config } from './config.js';
import { createGraphqlApi } from './graphql/api.js';
import { createHttpServer, type HttpServer } from './http/server.js';
import { LOCAL_CALLER } from './payments/caller.js';
import { createCreatePayment } from './payments/create-payment.service.js';
import { createFindPayment } from './payments/find-payment.js';
import type { OperatorLog } from './payments/ports.js';
import { createSettler } from './payments/settler.js';
import { startSandbox, type Sandbox } from './sandbox/sandbox.js';
import { systemClock } from './shared/clock.js';
import type { Log } from './shared/log.js';
import { MemoryPaymentStore } from './store/memory-payment.store.js';

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

/** Composes the rooms, the only place that knows them all. Throws where a part can't start. */
export async function startApp(config: Config, log: Log): Promise<App> {
  const opened = new OpenedParts();
  try {
    return await composeApp(config, log, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function composeApp(config: Config, log: Log, opened: OpenedParts): Promise<App> {
  const clock = systemClock;
  const operatorLog = toOperatorLog(log);
  const sandbox = await openSandbox(config, log);
  if (sandbox !== null) opened.add(sandbox);
  const store = new MemoryPaymentStore(clock);
  const provider = openClinkClient(config, sandbox, operatorLog);
  opened.add(provider);
  const settler = createSettler(clock, operatorLog);
  opened.add({ close: () => settler.drain(DRAIN_MS) });
  const { inFlightWaitMs, returnUrlOrigins } = config.payments;
  const createPayment = createCreatePayment({
    ...{ store, provider, changes: store, settler, clock },
    ...{ log: operatorLog, inFlightWaitMs, sendWindowMs: SEND_WINDOW_MS },
  });
  const explorer = !config.production;
  const api = createGraphqlApi({
    payments: { createPayment, find: createFindPayment(store) },
    ...{ clock, log, returnUrlOrigins, introspection: explorer, landingPage: explorer },
  });
  const server = createHttpServer({
    ...config.http,
    ...{ api, log, clock, explorer, corsOrigins: [], sandboxUrl: sandbox?.url ?? null },
    authenticate: () => Promise.resolve(LOCAL_CALLER),
    assertReady: () => store.assertReady(),
    shutdownGraceMs: config.clink.timeoutMs + SHUTDOWN_MARGIN_MS,
  });
  opened.add(server);
  const { url } = await server.listen();
  return { url, sandboxUrl: sandbox?.url ?? null, close: () => opened.close() };
}

/** What has been opened, to be closed in the opposite order. */
class OpenedParts {
  private readonly parts: Pick<HttpServer | ClinkClient | Sandbox, 'close'>[] = [];

  add(part: { close(): Promise<void> }): void {
    this.parts.unshift(part);
  }

  async close(): Promise<void> {
    for (const part of this.parts.splice(0)) await part.close();
  }
}

async function openSandbox({ sandbox, clink }: Config, log: Log): Promise<Sandbox | null> {
  if (sandbox === null) return null;
  return startSandbox({
    ...{ host: '127.0.0.1', port: sandbox.port, apiKey: clink.apiKey, clock: systemClock, log },
    webhook: null,
  });
}

function openClinkClient({ clink }: Config, sandbox: Sandbox | null, log: OperatorLog): ClinkClient {
  return createClinkClient({
    ...{ clock: systemClock, log, timeoutMs: clink.timeoutMs, actionUrlOrigins: clink.actionUrlOrigins },
    baseUrl: sandbox?.apiBaseUrl ?? clink.baseUrl,
    apiKey: () => clink.apiKey,
  });
}

function toOperatorLog(log: Log): OperatorLog {
  return {
    info: (event, details) => {
      log.info(details, event);
    },
    alarm: (event, details) => {
      log.error({ ...details, alarm: true }, event);
    },
  };
}
