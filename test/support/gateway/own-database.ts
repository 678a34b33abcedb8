import { openStore, type Store } from '../../../src/store/open-store.js';
import { serverOptions } from '../../store/support/test-store-options.js';
import { sharedPostgres } from '../postgres.js';
import { startPostgresProxy } from '../postgres-proxy.js';

/** The PostgreSQL database of one gateway. */
export interface OwnDatabase {
  /** The same database, for what a test needs to be there. */
  readonly store: Store;
  sql(text: string): Promise<Record<string, unknown>[]>;
  /** The statements with which callers' requests have read payments so far. */
  reads(): number;
}

/** Every read of a caller has this; sweeps, flags and looks at idle connections have not. */
const CALLERS_READ = /FROM payments AS p WHERE ((p\.)?scope = |\(id, scope\) IN )/;

/** The count leaves out what runs by the clock: it falls between the requests of a test. */
export async function startOwnDatabase() {
  const server = sharedPostgres();
  const databaseUrl = await server.createDatabase();
  const proxy = await startPostgresProxy(databaseUrl);
  const store = await openStore(serverOptions(databaseUrl));
  const parts: OwnDatabase = {
    store,
    sql: (text) => server.sql(databaseUrl, text),
    reads: () => proxy.count(CALLERS_READ),
  };
  const close = async (): Promise<void> => {
    await store.close();
    await proxy.close();
  };
  return { url: proxy.url, parts, close };
}
