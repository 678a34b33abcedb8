import { openStore } from '../../src/store/open-store.js';
import { startPgBouncer } from '../support/pgbouncer.js';
import { claimedPayment, newNews } from './payments.fixture.js';
import { serverOptions } from './test-store-options.js';
import { usePostgres } from './test-stores.js';

describe('a store behind PgBouncer in transaction mode', () => {
  const server = usePostgres();

  it('takes claims and writes outcomes down', async () => {
    const bouncer = await startPgBouncer(await server().createDatabase());
    const store = await openStore(serverOptions(bouncer.url));

    const { standing } = await store.payments.settle(await claimedPayment(store), newNews());

    expect(standing).toBe('SUCCEEDED');
    await store.close();
    await bouncer.close();
  });
});
