import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { StoreUnavailableError } from '../../payments/model/errors.js';
import type { Clock } from '../../shared/clock.js';
import { createConnectionQueue, type ConnectionQueue, type Urgency } from '../../store/database/connection-queue.js';
import {
  toStorableParams,
  type ChannelListener,
  type Listening,
  type SqlDatabase,
  type SqlParam,
  type SqlRow,
  type SqlSession,
  type SqlStatements,
} from '../../store/database/sql-database.js';
import { StoreStartError } from '../../store/database/start-error.js';
import { findSqlState, toStoreError } from '../../store/database/store-errors.js';
import type { EmbeddedDatabase } from '../../store/open-store.js';
import { lockDataDir, type DataDirLock } from './data-dir.lock.js';

/**
 * One process at a time: throws StoreStartError where another has the folder. Commits survive the
 * death of the process; a machine that loses power may lose its last moments.
 */
async function openPgliteDatabase(dataDir: string, clock: Clock): Promise<SqlDatabase> {
  const lock = await lockDataDir(dataDir);
  try {
    return new PgliteDatabase(await openFiles(dataDir), lock, clock);
  } catch (error) {
    lock.release();
    throw new StoreStartError(
      `The embedded store in ${dataDir} can not be opened: its files are damaged, of another version, or not ` +
        'writable. Move the folder away to begin with an empty store.',
      { cause: error },
    );
  }
}

function assertEmbeddedStore(dataDir: string): void {
  if (!existsSync(filesIn(dataDir)))
    throw new StoreStartError(
      `There is no store in ${dataDir}. ` +
        'Set DATABASE_URL to the database of the gateway, or DATA_DIR to its data folder.',
    );
}

export const EMBEDDED_DATABASE: EmbeddedDatabase = { open: openPgliteDatabase, assertPresent: assertEmbeddedStore };

function filesIn(dataDir: string): string {
  return join(dataDir, 'postgres');
}

/** Made under another name and renamed when whole, so that a first start that is stopped half-way can be repeated. */
async function openFiles(dataDir: string): Promise<PGlite> {
  const files = filesIn(dataDir);
  if (!existsSync(files)) {
    const draft = join(dataDir, 'postgres.draft');
    await rm(draft, { recursive: true, force: true });
    await (await PGlite.create(draft)).close();
    await rename(draft, files);
  }
  return PGlite.create(files, { relaxedDurability: false });
}

class PgliteDatabase implements SqlDatabase {
  readonly owed: SqlStatements = { query: (text, params) => this.runStatement('owed', text, params) };
  readonly reads: SqlStatements = { query: (text, params) => this.runStatement('read', text, params) };
  private readonly queue: ConnectionQueue;
  private stoppedBy: unknown = null;

  constructor(
    private readonly database: PGlite,
    private readonly lock: DataDirLock,
    clock: Clock,
  ) {
    this.queue = createConnectionQueue({ ...ONE_CONNECTION, longestWaitMs: LONGEST_WAIT_MS, clock });
  }

  query(text: string, params: readonly SqlParam[]): Promise<SqlRow[]> {
    return this.runStatement('claim', text, params);
  }

  isCongested(): boolean {
    return this.queue.isCongested();
  }

  async session<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    return work({
      query: (text, params = []) => this.query(text, params),
      script: (text) =>
        this.run('claim', async () => {
          await this.database.exec(text);
        }),
    });
  }

  listen(channel: string, listener: ChannelListener): Listening {
    const listening = this.run('owed', () =>
      this.database.listen(channel, (payload) => {
        listener.onNotification(payload);
      }),
    );
    const begun = listening.then(
      (stop) => {
        listener.onGap();
        return stop;
      },
      () => {
        listener.onSilence();
        return null;
      },
    );
    return {
      close: async () => {
        const stop = await begun;
        if (stop !== null) await this.run('owed', () => stop()).catch(() => undefined);
      },
    };
  }

  async close(): Promise<void> {
    await this.queue.run('owed', async () => {
      if (this.stoppedBy === null && !this.database.closed) await this.database.close();
    });
    this.lock.release();
  }

  private runStatement(urgency: Urgency, text: string, params: readonly SqlParam[]): Promise<SqlRow[]> {
    return this.run(urgency, async () => (await this.database.query<SqlRow>(text, toStorableParams(params))).rows);
  }

  private run<T>(urgency: Urgency, work: () => Promise<T>): Promise<T> {
    return this.queue.run(urgency, () => this.runNow(work));
  }

  private async runNow<T>(work: () => Promise<T>): Promise<T> {
    if (this.stoppedBy !== null || this.database.closed)
      throw new StoreUnavailableError(STOPPED, { cause: this.stoppedBy });
    try {
      return await work();
    } catch (error) {
      if (hasStoppedDatabase(error)) this.stoppedBy = error;
      throw toStoreError(error);
    }
  }
}

const ONE_CONNECTION = { connections: 1, keptForOwed: 0, mostReading: 1 };
const LONGEST_WAIT_MS = { owed: 30_000, claim: 3_000, read: 3_000 };

const STOPPED = 'The embedded database has stopped, most likely because the disk is full. Start the gateway again.';

function hasStoppedDatabase(error: unknown): boolean {
  const { severity } = error as { severity?: unknown };
  return findSqlState(error) === null || severity === 'PANIC' || severity === 'FATAL';
}
