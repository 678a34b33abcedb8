import { openStore, type Store } from '../../src/store/open-store.js';
import { serverOptions } from '../store/support/test-store-options.js';
import { startGateway, type Gateway } from '../support/gateway.js';
import { startPostgres } from '../support/postgres.js';
import { startPostgresProxy } from '../support/postgres-proxy.js';

/** A gateway whose store is a PostgreSQL server, with a count of what it asks that server. */
export interface PostgresGateway {
  readonly url: string;
  /** The same database, for what a test needs to be there. */
  readonly store: Store;
  sql(text: string): Promise<Record<string, unknown>[]>;
  /** The statements with which callers' requests have read payments so far. */
  requests(): number;
  close(): Promise<void>;
}

/** Every read of a caller has this; what runs by the clock (sweeps, flags, a look at an idle connection) has not. */
const CALLERS_READ = /FROM payments AS p WHERE ((p\.)?scope = |\(id, scope\) IN )/;

/** What runs by the clock is not counted: on a busy machine it falls between the requests of a test. */
export async function startPostgresGateway(): Promise<PostgresGateway> {
  const server = await startPostgres();
  const databaseUrl = await server.createDatabase();
  const proxy = await startPostgresProxy(databaseUrl);
  const store = await openStore(serverOptions(databaseUrl));
  const gateway: Gateway = await startGateway({ DATABASE_URL: proxy.url, RECONCILE_INTERVAL_MS: '600000' });
  return {
    url: gateway.url,
    store,
    sql: (text) => server.sql(databaseUrl, text),
    requests: () => proxy.count(CALLERS_READ),
    close: async () => {
      await gateway.close();
      await store.close();
      await proxy.close();
      await server.dispose();
    },
  };
}
