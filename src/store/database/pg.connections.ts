import { Pool, type ClientConfig, type PoolClient } from 'pg';
import type { Clock } from '../../shared/clock.js';
import type { Log } from '../../shared/log/log.js';
import { NoConnectionError } from './connection-queue.js';
import { findSqlState } from './store-errors.js';

export interface PgConnectionsDeps {
  readonly config: ClientConfig;
  readonly max: number;
  /** How long an answer to a statement is waited for. */
  readonly answerTimeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Connections that are used again. Makes one when first asked. */
export interface PgConnections {
  /** Lends a connection that answers. Throws NoConnectionError, with nothing done, where there is none and the server gives no more. */
  use<T>(work: (client: PoolClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function createPgConnections(deps: PgConnectionsDeps): PgConnections {
  return new Connections(deps);
}

const IDLE_CONNECTION_MS = 30_000;
/** A connection that answered so short a time ago is not asked whether it still does. */
const TRUSTED_FOR_MS = 5_000;
const PROBE_TIMEOUT_MS = 1_000;

class Connections implements PgConnections {
  private readonly pool: Pool;
  private readonly answeredAtMs = new WeakMap<PoolClient, number>();
  /** What has not answered since is asked before it is used. */
  private doubtedAtMs = -Infinity;
  /** What has not answered since is gone. */
  private condemnedAtMs = -Infinity;

  constructor(private readonly deps: PgConnectionsDeps) {
    const { config, max, answerTimeoutMs, log } = deps;
    this.pool = new Pool({ ...config, max, idleTimeoutMillis: IDLE_CONNECTION_MS, query_timeout: answerTimeoutMs });
    // An idle connection broke: the pool makes another when one is needed, and nobody was waiting for this one.
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
      if (isRefusal(error)) this.checkIn(client);
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
      client.on('error', ignore); // The statement that it breaks rejects; without a listener the process would end.
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
   * A firewall forgets connections that nobody uses, and whoever sends on one waits for an answer that never comes. What was idle for a
   * while is therefore asked first. Where it is gone, so is whatever has been idle for as long: nobody waits for each of them.
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

  /** Whatever took it away may have taken the others. */
  private discard(client: PoolClient): void {
    this.doubtedAtMs = this.deps.clock.monotonicNow();
    client.off('error', ignore);
    client.release(true);
  }
}

const ignore = (): void => undefined;

/** Most pools of the world ask so; the driver knows the limit of time, its types don't. */
const PROBE = { text: 'SELECT 1', query_timeout: PROBE_TIMEOUT_MS };

/** The database said no to a statement, and the connection is as good as before. */
function isRefusal(error: unknown): boolean {
  return findSqlState(error) !== null && (error as { severity?: unknown }).severity === 'ERROR';
}

/** The server, the role or the database has no more; PgBouncer, which has a code for everything, says so in words. */
function isForWantOfConnections(error: unknown): boolean {
  const state = findSqlState(error);
  return state === '53300' || (state === '08P01' && /max_client_conn/.test((error as Error).message));
}
