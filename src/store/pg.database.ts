import { Client, Pool, type ClientBase, type ClientConfig } from 'pg';
import type { Clock } from '../shared/clock.js';
import type { Log } from '../shared/log.js';
import { isLoopback } from '../shared/loopback.js';
import { createConnectionQueue, type ConnectionQueue, type Urgency } from './connection-queue.js';
import { listenOverPg } from './pg.listener.js';
import type {
  ChannelListener,
  Listening,
  SqlDatabase,
  SqlParam,
  SqlRow,
  SqlSession,
  SqlStatements,
} from './sql-database.js';
import { toStorableParams } from './sql-database.js';
import { toStoreError } from './store-errors.js';

/** Limits of the connections to a server. Whatever waits for the store waits for a bounded time. */
export interface PoolOptions {
  readonly maxConnections: number;
  /** Until a connection comes free for a claim or a read. */
  readonly queueTimeoutMs: number;
  /** For a new connection; also until one comes free for what is owed. */
  readonly connectTimeoutMs: number;
  /** The server gives a statement up after this time, so that it is certainly not carried out. */
  readonly statementTimeoutMs: number;
  /** The server gives up waiting for a row or table lock. */
  readonly lockTimeoutMs: number;
}

/**
 * Below the time that a caller waits for an answer, even if a claim is tried twice. Waiting for its turn leaves a claim half of the time to
 * send it in.
 */
export const DEFAULT_POOL: PoolOptions = {
  maxConnections: 10,
  queueTimeoutMs: 2_500,
  connectTimeoutMs: 3_000,
  statementTimeoutMs: 3_000,
  lockTimeoutMs: 2_000,
};

export interface PgDatabaseDeps {
  readonly databaseUrl: string;
  readonly pool: PoolOptions;
  readonly clock: Clock;
  readonly log: Log;
}

/** A PostgreSQL server behind a pool of connections. Connects when first asked. */
export function createPgDatabase(deps: PgDatabaseDeps): SqlDatabase {
  return new PgDatabase(deps);
}

/** Whether statements, payments and the password go to another machine for everybody on the way to read. Judged by the client, which knows all ways to say so. */
export function leavesUnencrypted(databaseUrl: string): boolean {
  const { host, ssl } = new Client({ connectionString: databaseUrl });
  return !ssl && !host.startsWith('/') && !isLoopback(host);
}

/** The client gives up after the server should have, for the case that the network has swallowed the connection. */
const ANSWER_MARGIN_MS = 1_000;
/** Of the connections, for what is owed alone: however long claims wait for locks, outcomes are written. */
const SHARE_KEPT_FOR_OWED = 0.25;
/** Of the connections, the most that read at a time: however much is read, a claim finds one free or about to be. */
const SHARE_FOR_READS = 0.5;
const IDLE_CONNECTION_MS = 30_000;
const IDLE_TRANSACTION_MS = 10_000;

class PgDatabase implements SqlDatabase {
  readonly owed: SqlStatements = { query: (text, params) => this.run('owed', text, params) };
  readonly reads: SqlStatements = { query: (text, params) => this.run('read', text, params) };
  private readonly pool: Pool;
  private readonly queue: ConnectionQueue;
  private readonly listenings = new Set<Listening>();

  constructor(private readonly deps: PgDatabaseDeps) {
    const { pool, clock, log } = deps;
    this.pool = new Pool({
      ...this.clientConfig(),
      max: pool.maxConnections,
      idleTimeoutMillis: IDLE_CONNECTION_MS,
      query_timeout: pool.statementTimeoutMs + ANSWER_MARGIN_MS,
      onConnect: (client) => applySettings(client, pool),
    });
    this.queue = createConnectionQueue({
      connections: pool.maxConnections,
      keptForOwed: Math.floor(pool.maxConnections * SHARE_KEPT_FOR_OWED),
      mostReading: Math.ceil(pool.maxConnections * SHARE_FOR_READS),
      longestWaitMs: { owed: pool.connectTimeoutMs, claim: pool.queueTimeoutMs, read: pool.queueTimeoutMs },
      clock,
    });
    // An idle connection broke: the pool makes another when one is needed, and nobody was waiting for this one.
    this.pool.on('error', (error) => {
      log.warn({ err: error }, 'store.idle-connection-lost');
    });
  }

  query(text: string, params: readonly SqlParam[]): Promise<SqlRow[]> {
    return this.run('claim', text, params);
  }

  isCongested(): boolean {
    return this.queue.isCongested();
  }

  async session<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    const client = new Client(this.clientConfig());
    client.on('error', () => undefined); // The statement that it breaks rejects; without a listener the process would end.
    try {
      await client.connect();
      return await work({
        query: async (text, params = []) => (await client.query<SqlRow>(text, toStorableParams(params))).rows,
        script: async (text) => {
          await client.query(text);
        },
      });
    } catch (error) {
      throw toStoreError(error);
    } finally {
      await client.end();
    }
  }

  listen(channel: string, listener: ChannelListener): Listening {
    const { clock, log } = this.deps;
    const listening = listenOverPg({ config: this.clientConfig(), channel, clock, log }, listener);
    this.listenings.add(listening);
    return listening;
  }

  async close(): Promise<void> {
    await Promise.all([...this.listenings].map((listening) => listening.close()));
    if (!this.pool.ending) await this.pool.end();
  }

  private async run(urgency: Urgency, text: string, params: readonly SqlParam[]): Promise<SqlRow[]> {
    try {
      const { rows } = await this.queue.run(urgency, () => this.pool.query<SqlRow>(text, toStorableParams(params)));
      return rows;
    } catch (error) {
      throw toStoreError(error);
    }
  }

  private clientConfig(): ClientConfig {
    return {
      connectionString: this.deps.databaseUrl,
      connectionTimeoutMillis: this.deps.pool.connectTimeoutMs,
      application_name: 'clink-graphql-gateway',
      keepAlive: true,
    };
  }
}

/**
 * Set after connecting, not while: connection poolers refuse settings that they do not know. A commit is on disk before it is answered; a
 * server that asks for more than that (an answer of its replicas) is left to it. The pool waits for what this returns, whatever its type says.
 */
function applySettings(client: ClientBase, { statementTimeoutMs, lockTimeoutMs }: PoolOptions): unknown {
  return client.query(`
    SET statement_timeout = ${Math.trunc(statementTimeoutMs)};
    SET lock_timeout = ${Math.trunc(lockTimeoutMs)};
    SET idle_in_transaction_session_timeout = ${IDLE_TRANSACTION_MS};
    SELECT set_config('synchronous_commit', 'on', false)
     WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')`);
}
