import { StoreStartError } from '../../../src/store/database/start-error.js';
import { openStore, type Store } from '../../../src/store/open-store.js';
import { startPgBouncer, type PgBouncer } from '../../support/pgbouncer.js';
import { startPostgresProxy } from '../../support/postgres-proxy.js';
import { claimedPayment, newUpdate } from '../support/payments.fixture.js';
import { serverOptions } from '../support/test-store-options.js';
import { usePostgres } from '../support/test-stores.js';

const TERMS = { statementTimeoutMs: 90_000, lockTimeoutMs: 80_000 };
const KEPT = {
  transaction_isolation: 'read committed',
  synchronous_commit: 'on',
  statement_timeout: '90s',
  lock_timeout: '80s',
};

/** What is set when a payment is committed, as the database sees it. */
const NOTE_SETTINGS = `
CREATE TABLE noted (transaction_isolation text, synchronous_commit text, statement_timeout text, lock_timeout text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO noted SELECT current_setting('transaction_isolation'), current_setting('synchronous_commit'),
    current_setting('statement_timeout'), current_setting('lock_timeout');
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER noted AFTER INSERT OR UPDATE ON payments DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION note()`;

describe.each([
  { way: 'directly', pooled: false },
  { way: 'behind PgBouncer in transaction mode', pooled: true },
])('a store on a database that is set to be fast, reached $way', ({ pooled }) => {
  const server = usePostgres();
  let databaseUrl: string;
  let bouncer: PgBouncer;
  let store: Store;

  beforeAll(async () => {
    databaseUrl = await server().createDatabase();
    await server().sql(databaseUrl, settingsToBeFast(databaseUrl));
    bouncer = await startPgBouncer(databaseUrl, { poolSize: 4 });
    store = await openStore(serverOptions(pooled ? bouncer.url : databaseUrl, TERMS));
    await server().sql(databaseUrl, NOTE_SETTINGS);
  });
  afterAll(async () => {
    await store.close();
    await bouncer.close();
  });

  it('commits claims and outcomes with the settings of payments, every one of many at once', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, async () => store.payments.record(await claimedPayment(store), newUpdate())),
    );

    expect(outcomes.map(({ state }) => state)).toEqual(Array(60).fill('SUCCEEDED'));
    const noted = await server().sql(databaseUrl, 'SELECT DISTINCT * FROM noted');
    expect(noted).toEqual([KEPT]);
    expect(await server().sql(databaseUrl, 'SELECT count(*)::integer AS commits FROM noted')).toEqual([
      { commits: 120 },
    ]);
  });

  it('lets outcomes of one payment wait for each other', async () => {
    const paymentId = await claimedPayment(store);

    const recorded = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        store.payments.record(paymentId, newUpdate({ dedupeKey: `order:order_1:${index}` })),
      ),
    );

    expect(recorded).toHaveLength(20);
  });

  it('leaves nothing of its own on the connections that others get from the pooler', async () => {
    await claimedPayment(store);

    const rows = await server().sql(
      pooled ? bouncer.url : databaseUrl,
      `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
              current_setting('synchronous_commit') AS commits, current_setting('transaction_isolation') AS level`,
    );

    expect(rows).toEqual([{ statement: '0', lock: '0', commits: 'off', level: 'serializable' }]);
  });
});

describe('a store behind PgBouncer in statement mode', () => {
  const server = usePostgres();

  it('takes claims and writes outcomes down, once another way has migrated', async () => {
    const databaseUrl = await server().createDatabase();
    await (await openStore(serverOptions(databaseUrl))).close();
    const bouncer = await startPgBouncer(databaseUrl, { mode: 'statement' });
    const store = await openStore(serverOptions(bouncer.url));

    const { state } = await store.payments.record(await claimedPayment(store), newUpdate());

    expect(state).toBe('SUCCEEDED');
    await store.close();
    await bouncer.close();
  });
});

describe('a start', () => {
  const server = usePostgres();

  it.each([
    ['statement_timeout', `set_config('statement_timeout'`, `set_config('gateway.timeouts_'`],
    ['lock_timeout', `set_config('lock_timeout'`, `set_config('gateway.lock'`],
    ['synchronous_commit', `set_config('synchronous_commit'`, `set_config('gateway.commits_it'`],
    ['transaction_isolation', 'SET transaction_isolation', 'SET gateway.isolation_lev'],
  ])('is refused where %s gets lost on the way, with a sentence that names poolers', async (lost, text, written) => {
    const databaseUrl = await server().createDatabase();
    await setToBeFast(databaseUrl);
    const proxy = await startPostgresProxy(databaseUrl);
    proxy.rewrite(text, written);

    await expect(openStore(serverOptions(proxy.url))).rejects.toEqual(
      new StoreStartError(
        `The database does not keep what a statement asks for (${lost}), so a payment that was ` +
          'written down might be lost. A pooler on the way takes transactions apart: let it pass the ' +
          'extended query protocol on as it is, or point DATABASE_URL past it.',
      ),
    );
    await proxy.close();
  });

  it('migrates a database that is set to serializable, however many replicas start on it at once', async () => {
    const databaseUrl = await server().createDatabase();
    await setToBeFast(databaseUrl);

    const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(serverOptions(databaseUrl))));

    expect(stores).toHaveLength(4);
    await Promise.all(stores.map((store) => store.close()));
  });

  async function setToBeFast(databaseUrl: string): Promise<void> {
    await server().sql(databaseUrl, settingsToBeFast(databaseUrl));
  }
});

/** As a database may be set that is shared with software that can afford it. */
function settingsToBeFast(databaseUrl: string): string {
  const database = new URL(databaseUrl).pathname.slice(1);
  return `ALTER DATABASE ${database} SET synchronous_commit = off;
          ALTER DATABASE ${database} SET default_transaction_isolation = serializable`;
}
