import { Client } from 'pg';
import { StoreBusyError } from '../../../src/payments/model/errors.js';
import { systemClock } from '../../../src/shared/clock.js';
import { openStore, type Store, type StoreOptions } from '../../../src/store/open-store.js';
import { createLineLog } from '../../support/log-lines.js';
import { startPostgresProxy, type PostgresProxy } from '../../support/postgres-proxy.js';
import { claimedPayment, newClaim, newUpdate, ofLocal } from '../support/payments.fixture.js';
import { serverOptions } from '../support/test-store-options.js';
import { useOwnPostgres } from '../support/test-stores.js';

const server = useOwnPostgres();

describe('a store with fewer connections than it wants', () => {
  const LIMIT = 3;
  let owner: string;
  let limited: string;
  const opened: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    owner = await server().createDatabase();
    await (await openStore(serverOptions(owner))).close();
    await server().sql(
      owner,
      `CREATE ROLE shop LOGIN PASSWORD 'shop' CONNECTION LIMIT ${LIMIT};
       GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO shop`,
    );
    const url = new URL(owner);
    url.username = 'shop';
    url.password = 'shop';
    limited = url.href;
  });
  afterEach(async () => {
    for (const part of opened.splice(0).reverse()) await part.close();
    await untilNobodyIsConnected();
  });

  async function open(options: Partial<StoreOptions> = {}, pool: StoreOptions['pool'] = {}): Promise<Store> {
    const store = await openStore({ ...serverOptions(limited, pool), ...options });
    opened.push(store);
    return store;
  }

  /** Ends the role's connections and takes all that it may have; returns what gives them back. */
  async function takeAllConnections(): Promise<() => Promise<void>> {
    await untilNobodyIsConnected();
    const clients = Array.from({ length: LIMIT }, () => new Client({ connectionString: limited }));
    await Promise.all(clients.map((client) => client.connect()));
    const release = async (): Promise<void> => {
      await Promise.all(clients.map((client) => client.end()));
    };
    opened.push({ close: release });
    return release;
  }

  async function untilNobodyIsConnected(): Promise<void> {
    const others = `FROM pg_stat_activity WHERE usename = 'shop'`;
    for (;;) {
      await server().sql(owner, `SELECT pg_terminate_backend(pid) ${others}`);
      const [row] = await server().sql(owner, `SELECT count(*)::integer AS left ${others}`);
      if (row?.left === 0) return;
    }
  }

  it('lets payments wait for those that it has, and turns none away', async () => {
    const { log, lines } = createLineLog();
    const store = await open({ log });

    for (let round = 1; round <= 4; round++) {
      const ids = await Promise.all(Array.from({ length: 20 }, () => claimedPayment(store)));
      const recorded = await Promise.all(ids.map((id) => store.payments.record(id, newUpdate())));
      expect(recorded.map(({ state }) => state)).toEqual(Array(20).fill('SUCCEEDED'));
      expect(await store.reads.findByIds(ofLocal(ids))).toMatchObject(ids.map((id) => ({ id })));
    }

    expect(lines('store.unavailable')).toEqual([]);
  });

  it('waits for one where others have them all', async () => {
    const store = await open();
    const giveBack = await takeAllConnections();
    const claims = Promise.all(Array.from({ length: 5 }, () => store.payments.claim(newClaim())));

    await giveBack();

    expect((await claims).map(({ kind }) => kind)).toEqual(Array(5).fill('claimed'));
  });

  it('turns payments away in time with one line that names the cause', async () => {
    const { log, lines } = createLineLog();
    const store = await open({ log }, { queueTimeoutMs: 300 });
    await takeAllConnections();

    const claims = await Promise.allSettled(Array.from({ length: 5 }, () => store.payments.claim(newClaim())));

    expect(claims.map((claim) => claim.status === 'rejected' && claim.reason instanceof StoreBusyError)).toEqual(
      Array(5).fill(true),
    );
    expect(lines('store.unavailable')).toMatchObject([{ level: 'warn', reason: '53300', statements: 1 }]);
  });
});

describe('a store whose idle connections a firewall forgot', () => {
  let proxy: PostgresProxy;
  let store: Store;
  let idleForMs = 0;
  const clock = { ...systemClock, monotonicNow: () => systemClock.monotonicNow() + idleForMs };

  beforeAll(async () => {
    proxy = await startPostgresProxy(await server().createDatabase());
    // In production, where a payer waits.
    store = await openStore({ ...serverOptions(proxy.url, { statementTimeoutMs: 3_000 }), clock });
  });
  afterAll(async () => {
    await store.close();
    await proxy.close();
  });

  it('finds them out before a payment goes over one, and makes others', async () => {
    await Promise.all(Array.from({ length: 4 }, () => claimedPayment(store)));
    const before = proxy.count('INSERT INTO payments');
    proxy.forgetConnections();
    idleForMs += 20_000;

    const claims = await Promise.all([store.payments.claim(newClaim()), store.payments.claim(newClaim())]);

    expect(claims.map(({ kind }) => kind)).toEqual(['claimed', 'claimed']);
    expect(proxy.count('INSERT INTO payments') - before).toBe(2);
  });
});
