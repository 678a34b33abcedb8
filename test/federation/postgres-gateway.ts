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
  /** Requests that the gateway has sent to the server so far; each statement is one. */
  requests(): number;
  close(): Promise<void>;
}

/** Nothing but sweeps and webhooks has to do with this table, and no webhook comes. */
const SWEEPS = 'webhook_inbox';

/** The sweeps of the inbox, which run by the clock, are not counted: every statement that is belongs to a request of the test. */
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
    requests: () => proxy.count('') - proxy.count(SWEEPS),
    close: async () => {
      await gateway.close();
      await store.close();
      await proxy.close();
      await server.dispose();
    },
  };
}
