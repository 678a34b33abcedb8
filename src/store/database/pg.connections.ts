import { Pool, type ClientConfig, type PoolClient } from 'pg';
import type { Clock } from '../../shared/clock.js';
import type { Log } from '../../shared/log/log.js';
import { NoConnectionError } from './connection-queue.js';
import { findSqlState } from './store-errors.js';

interface PgConnectionsDeps {
  readonly config: ClientConfig;
  readonly max: number;
  readonly answerTimeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

export interface PgConnections {
  /** Lends a connection that answers. Throws NoConnectionError, with nothing done, where the server gives no more. */
  use<T>(work: (client: PoolClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function createPgConnections(deps: PgConnectionsDeps): PgConnections {
  return new Connections(deps);
}

const IDLE_CONNECTION_MS = 30_000;
const TRUSTED_FOR_MS = 5_000;
const PROBE_TIMEOUT_MS = 1_000;

class Connections implements PgConnections {
  private readonly pool: Pool;
  private readonly answeredAtMs = new WeakMap<PoolClient, number>();
  private doubtedAtMs = -Infinity;
  private condemnedAtMs = -Infinity;

  constructor(private readonly deps: PgConnectionsDeps) {
    const { config, max, answerTimeoutMs, log } = deps;
    this.pool = new Pool({ ...config, max, idleTimeoutMillis: IDLE_CONNECTION_MS, query_timeout: answerTimeoutMs });
    this.pool.on('error', (error) => {
      log.warn({ err: error }, 'store.idle-connection-lost');
    });
  }

  async use<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.checkOut();
    try {
      const result = await work(client);
      this.checkIn(client);
      return result;
    } catch (error) {
      if (isStatementRefused(error)) this.checkIn(client);
      else this.discard(client);
      throw error;
    }
  }

  async close(): Promise<void> {
    if (!this.pool.ending) await this.pool.end();
  }

  private async checkOut(): Promise<PoolClient> {
    for (;;) {
      const client = await this.connect();
      client.on('error', ignore);
      if (await this.isAlive(client)) return client;
      this.discard(client);
    }
  }

  private async connect(): Promise<PoolClient> {
    try {
      return await this.pool.connect();
    } catch (error) {
      if (isForWantOfConnections(error))
        throw new NoConnectionError('The database gives no more connections.', { cause: error });
      throw error;
    }
  }

  /**
   * A firewall forgets idle connections, and statements on those are never answered: so they are
   * probed. Where one is gone, all that were idle for as long count as gone, without a probe each.
   */
  private async isAlive(client: PoolClient): Promise<boolean> {
    const nowMs = this.deps.clock.monotonicNow();
    const answeredAtMs = this.answeredAtMs.get(client) ?? nowMs;
    if (answeredAtMs < this.condemnedAtMs) return false;
    if (answeredAtMs >= Math.max(nowMs - TRUSTED_FOR_MS, this.doubtedAtMs)) return true;
    try {
      await client.query({ ...PROBE });
      return true;
    } catch {
      this.condemnedAtMs = nowMs;
      return false;
    }
  }

  private checkIn(client: PoolClient): void {
    this.answeredAtMs.set(client, this.deps.clock.monotonicNow());
    client.off('error', ignore);
    client.release();
  }

  private discard(client: PoolClient): void {
    this.doubtedAtMs = this.deps.clock.monotonicNow();
    client.off('error', ignore);
    client.release(true);
  }
}

const ignore = (): void => undefined;

const PROBE = { text: 'SELECT 1', query_timeout: PROBE_TIMEOUT_MS };

function isStatementRefused(error: unknown): boolean {
  return findSqlState(error) !== null && (error as { severity?: unknown }).severity === 'ERROR';
}

function isForWantOfConnections(error: unknown): boolean {
  const state = findSqlState(error);
  return state === '53300' || (state === '08P01' && /max_client_conn/.test((error as Error).message));
}
