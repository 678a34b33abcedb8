import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { lockDataDir, type DataDirLock } from './data-dir.lock.js';
import type { ChannelListener, Listening, SqlDatabase, SqlParam, SqlRow, SqlSession } from './sql-database.js';
import { toStorableParams } from './sql-database.js';
import { StoreStartError } from './start-error.js';
import { toStoreError } from './store-errors.js';

/**
 * PostgreSQL inside this process, its files in the data folder. One process at a time: throws StoreStartError where another has the
 * folder. What was committed survives the death of the process; a machine that loses its power may lose the last moments.
 */
export async function openPgliteDatabase(dataDir: string): Promise<SqlDatabase> {
  const lock = await lockDataDir(dataDir);
  try {
    const filesDir = join(dataDir, 'postgres');
    await mkdir(filesDir, { recursive: true });
    return new PgliteDatabase(await PGlite.create(filesDir, { relaxedDurability: false }), lock);
  } catch (error) {
    await lock.release();
    throw new StoreStartError(
      `The embedded store in ${dataDir} can not be opened: its files are damaged, of another version, or not writable. Move the folder away to begin with an empty store.`,
      { cause: error },
    );
  }
}

class PgliteDatabase implements SqlDatabase {
  constructor(
    private readonly database: PGlite,
    private readonly lock: DataDirLock,
  ) {}

  async query(text: string, params: readonly SqlParam[]): Promise<SqlRow[]> {
    try {
      return (await this.database.query<SqlRow>(text, toStorableParams(params))).rows;
    } catch (error) {
      throw toStoreError(error);
    }
  }

  /** There is one connection only; nothing else uses it while the store opens. */
  async session<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    const query = (text: string, params: readonly SqlParam[] = []): Promise<SqlRow[]> => this.query(text, params);
    const script = async (text: string): Promise<void> => {
      await this.database.exec(text);
    };
    try {
      return await work({ query, script });
    } catch (error) {
      throw toStoreError(error);
    }
  }

  listen(channel: string, listener: ChannelListener): Listening {
    const listening = this.database.listen(channel, (payload) => {
      listener.onNotification(payload);
    });
    const begun = listening.then(
      () => {
        listener.onGap();
      },
      () => undefined, // The store is closed or broken: every statement says so.
    );
    return {
      close: async () => {
        await begun;
        const stop = await listening;
        if (!this.database.closed) await stop();
      },
    };
  }

  async close(): Promise<void> {
    if (!this.database.closed) await this.database.close();
    await this.lock.release();
  }
}
