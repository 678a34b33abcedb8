import { Client } from 'pg';
import { StoreBusyError, StoreUnavailableError } from '../../../src/payments/model/errors.js';
import { openStore, type Store } from '../../../src/store/open-store.js';
import { startPostgresProxy, type PostgresProxy } from '../../support/postgres-proxy.js';
import {
  claim,
  claimedPayment,
  giveBack,
  newClaim,
  newTakeOver,
  newUpdate,
  ofLocal,
} from '../support/payments.fixture.js';
import { serverOptions } from '../support/test-store-options.js';
import { useOwnPostgres } from '../support/test-stores.js';

const unavailable = (sentence: string): object => ({ name: 'StoreUnavailableError', message: sentence });
const NO_ANSWER = unavailable('The database did not answer.');

describe('a store whose database fails', () => {
  const server = useOwnPostgres();
  let databaseUrl: string;
  let proxy: PostgresProxy;
  let store: Store;

  beforeAll(async () => {
    databaseUrl = await server().createDatabase();
    proxy = await startPostgresProxy(databaseUrl);
    store = await openStore(
      // Other statements keep well within these, on a busy machine too.
      serverOptions(proxy.url, { statementTimeoutMs: 4_000, lockTimeoutMs: 2_000 }),
    );
  });
  afterAll(async () => {
    await store.close();
    await proxy.close();
  });

  async function countPayments(id: string): Promise<unknown> {
    const rows = await server().sql(
      databaseUrl,
      `SELECT count(*)::integer AS payments FROM payments WHERE id = '${id}'`,
    );
    return rows[0]?.payments;
  }

  it('finds a claim whose answer got lost after it was committed, and does not make another', async () => {
    const asked = newClaim();
    const before = proxy.count('INSERT INTO payments');
    proxy.loseNextAnswerTo('INSERT INTO payments');

    const answer = await claim(store, asked);

    expect(answer).toMatchObject({ kind: 'claimed', payment: { id: asked.id, epoch: 1, state: 'PROCESSING' } });
    expect(answer.payment.timeline).toHaveLength(1);
    expect(proxy.count('INSERT INTO payments') - before).toBe(2);
    expect(await countPayments(asked.id)).toBe(1);
  });

  it('finds a takeover whose answer got lost', async () => {
    const paymentId = await claimedPayment(store);
    await giveBack(store, paymentId);
    proxy.loseNextAnswerTo(`state = 'RELEASED'`);

    const taken = await store.payments.takeOver(paymentId, newTakeOver());

    expect(taken).toMatchObject({ kind: 'takenOver', payment: { state: 'PROCESSING', epoch: 2 } });
  });

  it('writes an outcome down once when it is recorded again after its answer got lost', async () => {
    const paymentId = await claimedPayment(store);
    const update = newUpdate();
    proxy.loseNextAnswerTo('recorded AS');
    await expect(store.payments.record(paymentId, update)).rejects.toMatchObject(NO_ANSWER);

    const recorded = await store.payments.record(paymentId, update);

    expect(recorded.timeline.map(({ status }) => status)).toEqual(['SUCCEEDED', 'PROCESSING']);
  });

  it('says that it is unavailable while nobody answers, and goes on when somebody does', async () => {
    const paymentId = await claimedPayment(store);
    const claim = newClaim();
    proxy.setOpen(false);

    await expect(store.payments.claim(claim)).rejects.toMatchObject(NO_ANSWER);
    await expect(store.payments.findByIds(ofLocal([paymentId]))).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(store.payments.assertReady()).rejects.toMatchObject(NO_ANSWER);

    proxy.setOpen(true);
    expect(await store.payments.findByIds(ofLocal([paymentId, claim.id]))).toMatchObject([{ id: paymentId }, null]);
    expect((await store.payments.claim(claim)).kind).toBe('claimed');
  });

  it('has everything that was answered after the server crashed, and works with it again', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => claimedPayment(store)));

    await server().stop('immediate');
    await expect(store.payments.claim(newClaim())).rejects.toMatchObject(NO_ANSWER);
    await server().start();

    expect(await store.payments.findByIds(ofLocal(ids))).toMatchObject(ids.map((id) => ({ id })));
    expect((await store.payments.claim(newClaim())).kind).toBe('claimed');
  });

  it('gives up a statement that waits for a lock, and changes nothing', async () => {
    const paymentId = await claimedPayment(store);
    const unlock = await lock(paymentId);

    await expect(store.payments.record(paymentId, newUpdate())).rejects.toMatchObject(
      unavailable('The database could not carry out the statement (SQLSTATE 55P03).'),
    );

    await unlock();
    expect(await store.payments.findByIds(ofLocal([paymentId]))).toMatchObject([
      { state: 'PROCESSING', timeline: [{}] },
    ]);
  });

  it('gives up a statement that takes too long', async () => {
    await server().sql(
      databaseUrl,
      `CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN NEW; END';
       CREATE TRIGGER slow BEFORE INSERT ON payments EXECUTE FUNCTION wait()`,
    );
    const claim = newClaim();

    await expect(store.payments.claim(claim)).rejects.toMatchObject(
      unavailable('The database could not carry out the statement (SQLSTATE 57014).'),
    );

    await server().sql(databaseUrl, 'DROP TRIGGER slow ON payments');
    expect(await countPayments(claim.id)).toBe(0);
  });

  it('waits a bounded time for a connection', async () => {
    const small = await openStore(serverOptions(databaseUrl, { maxConnections: 1, connectTimeoutMs: 2_000 }));
    const paymentId = await claimedPayment(small);
    const unlock = await lock(paymentId);
    const recording = small.payments.record(paymentId, newUpdate());

    await expect(small.payments.assertReady()).rejects.toBeInstanceOf(StoreBusyError);

    await unlock();
    expect((await recording).state).toBe('SUCCEEDED');
    await small.close();
  });

  it('says that it is unavailable when the database turns read-only', async () => {
    const database = new URL(databaseUrl).pathname.slice(1);
    await server().sql(databaseUrl, `ALTER DATABASE ${database} SET default_transaction_read_only = on`);
    proxy.setOpen(false);
    proxy.setOpen(true);

    await expect(store.payments.claim(newClaim())).rejects.toMatchObject(
      unavailable('The database could not carry out the statement (SQLSTATE 25006).'),
    );
    await expect(store.payments.assertReady()).rejects.toMatchObject(unavailable('The database takes no writes.'));

    await server().sql(
      databaseUrl,
      `BEGIN READ WRITE; ALTER DATABASE ${database} RESET default_transaction_read_only; COMMIT`,
    );
    proxy.setOpen(false);
    proxy.setOpen(true);
    expect((await store.payments.claim(newClaim())).kind).toBe('claimed');
  });

  /** Returns what unlocks it. */
  async function lock(paymentId: string): Promise<() => Promise<void>> {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query('BEGIN');
    await client.query('SELECT FROM payments WHERE id = $1 FOR UPDATE', [paymentId]);
    return () => client.end();
  }
});
