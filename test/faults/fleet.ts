import pino from 'pino';
import { startSandbox, type Sandbox } from '../../src/dev/sandbox/sandbox.js';
import { systemClock } from '../../src/shared/clock.js';
import { startPgBouncer, type PgBouncer } from '../support/pgbouncer.js';
import { startPostgres, type PostgresServer } from '../support/postgres.js';
import { startBreakableProxy, type BreakableProxy } from './breakable-proxy.js';
import { GatewayProcess } from '../support/gateway/gateway-process.js';
import { createProcessClock, makeClockMovable, type MovableClock, type ProcessClock } from './movable-clocks.js';
import { startWebhookRelay, type WebhookRelay } from './webhook-relay.js';

/** Gateways as processes of their own, on one PostgreSQL and one provider, each on breakable ways to both. */
export interface Fleet {
  readonly postgres: PostgresServer;
  readonly databaseUrl: string;
  readonly sandbox: Sandbox;
  readonly databaseClock: MovableClock;
  readonly replicas: readonly Replica[];
  close(): Promise<void>;
}

export interface Replica {
  readonly gateway: GatewayProcess;
  readonly toDatabase: BreakableProxy;
  readonly toProvider: BreakableProxy;
  readonly clock: ProcessClock;
  /** Where it is in this life of it: each start takes a free port. */
  url(): string;
  start(): Promise<void>;
  /** Whether a load balancer would still send anybody here: not for long after it has stopped answering. */
  isInRotation: boolean;
}

export const API_KEY = 'sk_test_fault_suite';
const WEBHOOK_SECRET = 'whsec_fault_suite';

/** From a claim to the last moment of sending it: the gateway's own constant. */
export const SEND_WINDOW_MS = 5_000;
export const PROVIDER_TIMEOUT_MS = 1_200;
export const GRACE_MS = 1_500;
/** After this time a payment whose sender vanished may be concluded to have failed. */
export const CONCLUDED_AFTER_MS = SEND_WINDOW_MS + PROVIDER_TIMEOUT_MS + 1_000 + GRACE_MS;

/** Short times, so that minutes hold what takes hours; every relation between them is as in production. */
const GATEWAY_ENV = {
  LOG_LEVEL: 'info',
  CLINK_API_KEY: API_KEY,
  CLINK_WEBHOOK_SECRETS: WEBHOOK_SECRET,
  CLINK_TIMEOUT_MS: String(PROVIDER_TIMEOUT_MS),
  RECONCILE_INTERVAL_MS: '150',
  RECONCILE_GRACE_MS: String(GRACE_MS),
  IN_FLIGHT_WAIT_MS: '1500',
};

/** `env` stands above the fleet's own settings. The last replica may be behind a pooler in transaction mode. */
export async function startFleet(
  size: number,
  env: Readonly<Record<string, string>> = {},
  { behindPooler = false } = {},
): Promise<Fleet> {
  const postgres = await startPostgres();
  const databaseUrl = await postgres.createDatabase();
  const databaseClock = await makeClockMovable(postgres, databaseUrl);
  const sandbox = await startSandbox({
    ...{ host: '127.0.0.1', port: 0, apiKey: API_KEY, webhook: null, clock: systemClock },
    log: pino({ level: 'silent' }),
  });
  const pooler = behindPooler ? await startPooler(postgres, databaseUrl) : null;
  const replicas = await Promise.all(
    Array.from({ length: size }, (_, index) =>
      newReplica({ databaseUrl: index === size - 1 ? (pooler?.url ?? databaseUrl) : databaseUrl, sandbox, env }),
    ),
  );
  await Promise.all(replicas.map((replica) => replica.start()));
  const relay = await startWebhookRelay(() => replicas.map((replica) => replica.url()));
  sandbox.setWebhook({ url: `${relay.url}/webhooks/clink`, secret: WEBHOOK_SECRET });
  const close = (): Promise<void> => closeFleet({ postgres, sandbox, replicas, relay, pooler });
  return { postgres, databaseUrl, databaseClock, sandbox, replicas, close };
}

/** Nothing but what a statement or transaction says itself keeps its commits from being lost then. */
async function startPooler(postgres: PostgresServer, databaseUrl: string): Promise<PgBouncer> {
  await postgres.sql(
    databaseUrl,
    `ALTER DATABASE ${new URL(databaseUrl).pathname.slice(1)} SET synchronous_commit = off`,
  );
  return startPgBouncer(databaseUrl, { poolSize: POOLED_CONNECTIONS });
}

/** Fewer than the gateway's own connections: they change hands from one transaction to the next. */
const POOLED_CONNECTIONS = 8;

type ReplicaParts = Pick<Fleet, 'databaseUrl' | 'sandbox'> & { readonly env: Readonly<Record<string, string>> };

async function newReplica({ databaseUrl, sandbox, env }: ReplicaParts): Promise<Replica> {
  const toDatabase = await startBreakableProxy(Number(new URL(databaseUrl).port));
  const toProvider = await startBreakableProxy(Number(new URL(sandbox.url).port));
  const viaProxy = new URL(databaseUrl);
  viaProxy.port = String(toDatabase.port);
  const clock = createProcessClock();
  const gateway = new GatewayProcess({
    env: {
      ...{ ...GATEWAY_ENV, ...clock.env, ...env },
      DATABASE_URL: viaProxy.href,
      CLINK_BASE_URL: `http://127.0.0.1:${toProvider.port}/api/`,
    },
  });
  const place = { url: () => gateway.url, start: () => gateway.keepStarting() };
  return { gateway, toDatabase, toProvider, clock, ...place, isInRotation: true };
}

type Parts = Pick<Fleet, 'postgres' | 'sandbox' | 'replicas'> & {
  readonly relay: WebhookRelay;
  readonly pooler: PgBouncer | null;
};

async function closeFleet({ postgres, sandbox, replicas, relay, pooler }: Parts): Promise<void> {
  await Promise.all(replicas.map(({ gateway }) => gateway.close()));
  await sandbox.close();
  await relay.close();
  await Promise.all(replicas.flatMap(({ toDatabase, toProvider }) => [toDatabase.close(), toProvider.close()]));
  for (const { clock } of replicas) clock.dispose();
  await pooler?.close();
  await postgres.dispose();
}
