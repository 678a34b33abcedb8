import { migrate } from '../../../src/store/migrations/migrate.js';
import { SqlPaymentStore } from '../../../src/store/payments/payment.store.js';
import { EMBEDDED_DATABASE } from '../../../src/dev/embedded-store/pglite.database.js';
import type { SqlDatabase, SqlParam } from '../../../src/store/database/sql-database.js';
import { systemClock } from '../../../src/shared/clock.js';
import { claim, newClaim, newUpdate } from '../support/payments.fixture.js';
import { silentLog } from '../support/test-store-options.js';
import { newDataDir } from '../support/test-stores.js';

describe('a payment of another scope', () => {
  let database: SqlDatabase;
  let payments: SqlPaymentStore;
  /** Of each statement. */
  let rows: number[];
  beforeAll(async () => {
    database = await EMBEDDED_DATABASE.open(newDataDir(), systemClock);
    await migrate(database, { clock: systemClock, log: silentLog });
    const counting = Object.create(database) as SqlDatabase;
    counting.query = async (text: string, params: readonly SqlParam[]) => {
      const read = await database.query(text, params);
      rows.push(read.length);
      return read;
    };
    payments = new SqlPaymentStore({
      database: counting,
      clock: systemClock,
      inbox: { giveOrder: () => Promise.resolve([]) },
    });
  });
  afterAll(() => database.close());

  it('is read as little as one that does not exist', async () => {
    rows = [];
    const asked = newClaim({ scope: 'alice' });
    await payments.claim(asked);
    const alices = await payments.record(asked.id, newUpdate({ fields: { orderId: 'order_of_alice' } }));
    const ask = async (scope: string, { id, orderId, key }: { id: string; orderId: string; key: string }) => {
      rows = [];
      const found = [
        ...(await payments.findByIds([{ id, scope }])),
        ...(await payments.findByOrderIds(scope, [orderId])),
        await payments.findByIdempotencyKey(scope, key),
      ];
      return { found, rows };
    };
    const there = { id: asked.id, orderId: 'order_of_alice', key: asked.idempotencyKey };
    const missing = { id: `pay_${'0'.repeat(32)}`, orderId: 'order_of_nobody', key: 'key-of-nobody-at-all' };

    expect(await ask('alice', there)).toEqual({ found: [alices, alices, alices], rows: [1, 1, 1] });
    expect(await ask('bob', there)).toEqual({ found: [null, null, null], rows: [0, 0, 0] });
    expect(await ask('bob', missing)).toEqual({ found: [null, null, null], rows: [0, 0, 0] });
  });

  it('is null for whoever asks in one call with its owner', async () => {
    const { payment } = await claim({ payments }, newClaim({ scope: 'alice' }));
    rows = [];
    const owned = ['bob', 'alice', 'ali'].map((scope) => ({ id: payment.id, scope }));
    expect(await payments.findByIds(owned)).toEqual([null, payment, null]);
    expect(rows).toEqual([1]);
  });
});
