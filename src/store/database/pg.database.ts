import { Client, type ClientConfig } from 'pg';
import type { Clock } from '../../shared/clock.js';
import type { Log } from '../../shared/log/log.js';
import { isLoopback } from '../../shared/net/loopback.js';
import { createConnectionQueue, type ConnectionQueue, type Urgency } from './connection-queue.js';
import { toClientConfig } from './database-url.js';
import { createPgConnections, type PgConnections } from './pg.connections.js';
import { listenOverPg } from './pg.listener.js';
import { runInTransaction, type TransactionOptions } from './pg.transaction.js';
import {
  toStorableParams,
  type ChannelListener,
  type Listening,
  type SqlDatabase,
  type SqlParam,
  type SqlRow,
  type SqlSession,
  type SqlStatements,
} from './sql-database.js';
import { toStoreError } from './store-errors.js';
import { createUnavailableLog, type UnavailableLog } from './unavailable-log.js';

export interface PoolOptions extends TransactionOptions {
  readonly maxConnections: number;
  readonly queueTimeoutMs: number;
  readonly connectTimeoutMs: number;
}

/** Two tries of a claim take less than its caller waits. The wait for a turn leaves half of the time to send. */
export const DEFAULT_POOL: PoolOptions = {
  maxConnections: 10,
  queueTimeoutMs: 2_500,
  connectTimeoutMs: 3_000,
  statementTimeoutMs: 3_000,
  lockTimeoutMs: 2_000,
};

interface PgDatabaseDeps {
  readonly databaseUrl: string;
  readonly listenUrl?: string | null;
  readonly pool: PoolOptions;
  readonly clock: Clock;
  readonly log: Log;
}

export function createPgDatabase(deps: PgDatabaseDeps): SqlDatabase {
  return new PgDatabase(deps);
}

export function leavesUnencrypted(databaseUrl: string): boolean {
  const { host, ssl } = new Client(toClientConfig(databaseUrl));
  return !ssl && !host.startsWith('/') && !isLoopback(host);
}

/** The client gives up after the server: the network may have swallowed the connection. */
const ANSWER_MARGIN_MS = 1_000;
/** However long claims wait for locks, outcomes are written. */
const SHARE_KEPT_FOR_OWED = 0.25;
const SHARE_FOR_READS = 0.5;
const KEEP_ALIVE_AFTER_MS = 10_000;

class PgDatabase implements SqlDatabase {
  readonly owed: SqlStatements = { query: (text, params) => this.run('owed', text, params) };
  readonly reads: SqlStatements = { query: (text, params) => this.run('read', text, params) };
  private readonly connections: PgConnections;
  private readonly queue: ConnectionQueue;
  private readonly unavailable: UnavailableLog;
  private readonly listenings = new Set<Listening>();

  constructor(private readonly deps: PgDatabaseDeps) {
    const { databaseUrl, pool, clock, log } = deps;
    const { maxConnections } = pool;
    this.connections = createPgConnections({
      config: this.clientConfig(databaseUrl),
      max: maxConnections,
      answerTimeoutMs: pool.statementTimeoutMs + ANSWER_MARGIN_MS,
      clock,
      log,
    });
    this.queue = createConnectionQueue({
      connections: maxConnections,
      keptForOwed: maxConnections === 1 ? 0 : Math.max(1, Math.floor(maxConnections * SHARE_KEPT_FOR_OWED)),
      mostReading: Math.ceil(maxConnections * SHARE_FOR_READS),
      longestWaitMs: { owed: pool.connectTimeoutMs, claim: pool.queueTimeoutMs, read: pool.queueTimeoutMs },
      clock,
    });
    this.unavailable = createUnavailableLog(deps);
  }

  query(text: string, params: readonly SqlParam[]): Promise<SqlRow[]> {
    return this.run('claim', text, params);
  }

  isCongested(): boolean {
    return this.queue.isCongested();
  }

  async session<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    const client = new Client(this.clientConfig(this.deps.databaseUrl));
    client.on('error', () => undefined);
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
    const { databaseUrl, listenUrl, clock, log } = this.deps;
    const listening = listenOverPg(
      {
        config: this.clientConfig(listenUrl ?? databaseUrl),
        channel,
        clock,
        log,
        notify: async (probe) => {
          await this.owed.query(`SELECT pg_notify($1, '')`, [probe]);
        },
      },
      listener,
    );
    this.listenings.add(listening);
    return listening;
  }

  async close(): Promise<void> {
    await Promise.all([...this.listenings].map((listening) => listening.close()));
    await this.connections.close();
  }

  private async run(urgency: Urgency, text: string, params: readonly SqlParam[]): Promise<SqlRow[]> {
    const options = this.deps.pool;
    try {
      return await this.queue.run(urgency, () =>
        this.connections.use((client) => runInTransaction(client, { text, params, options })),
      );
    } catch (error) {
      const storeError = toStoreError(error);
      this.unavailable.report(storeError);
      throw storeError;
    }
  }

  private clientConfig(databaseUrl: string): ClientConfig {
    return {
      connectionTimeoutMillis: this.deps.pool.connectTimeoutMs,
      application_name: 'clink-graphql-gateway',
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
      ...toClientConfig(databaseUrl),
    };
  }
}
