import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPayment, findByKey, paymentInput, readLedger } from '../support/graphql-client.js';
import { mountSmallDisk } from '../support/small-disk.js';
import { startFleet, type Fleet, type Replica } from './fleet.js';
import { GatewayProcess } from '../support/gateway/gateway-process.js';
import { paymentOnce } from '../support/payment-once.js';
import { CHARGES, READS_PAYMENT, TAKES_OVER } from './wire-texts.js';

const STORE_UNAVAILABLE = {
  __typename: 'ProviderUnavailable',
  code: 'STORE_UNAVAILABLE',
  retry: 'RETRY_SAME_KEY',
  message:
    'The gateway could not record this call, so it sent nothing to the provider. An earlier call with the same key may have charged: send it again with the same idempotency key, which never charges twice.',
};

describe('a gateway whose database fails', () => {
  let fleet: Fleet;
  let replica: Replica;
  beforeAll(async () => {
    // Time for a second call to come while the first waits for the provider, on a busy machine too.
    fleet = await startFleet(1, { CLINK_TIMEOUT_MS: '10000', IN_FLIGHT_WAIT_MS: '8000' });
    [replica] = fleet.replicas as [Replica];
  });
  afterAll(() => fleet.close());

  async function countOrders(): Promise<number> {
    return (await readLedger(fleet.sandbox.url)).orders.length;
  }

  it('charges nothing while the database is out of reach, and charges with the same key once it is back', async () => {
    const input = paymentInput();
    const before = await countOrders();
    replica.toDatabase.setOpen(false);

    expect(await createPayment(replica.url(), input)).toMatchObject(STORE_UNAVAILABLE);

    expect(await countOrders()).toBe(before);
    replica.toDatabase.setOpen(true);
    expect(await createPayment(replica.url(), input)).toMatchObject({ payment: { status: 'SUCCEEDED' } });
    expect(await countOrders()).toBe(before + 1);
  });

  it('does not tell a repeated call that nothing was charged while the first may be charging', async () => {
    const input = paymentInput();
    // Held on its way there: once the provider has it, a webhook may bring the outcome before the second call asks.
    const charging = replica.toProvider.holdNext(CHARGES, 'request');
    const first = createPayment(replica.url(), input);
    await charging.reached;
    const reading = replica.toDatabase.holdNext(READS_PAYMENT, 'request');
    const again = createPayment(replica.url(), input);
    await reading.reached;
    replica.toDatabase.setOpen(false);

    expect(await again).toMatchObject({
      __typename: 'PaymentOutcomeUnknown',
      retry: 'WAIT_AND_QUERY',
      message:
        'The request may have reached the provider, and no outcome of it is known. The payer may have been charged; the gateway is finding out. Query this payment again at `checkAgainAt`.',
    });

    reading.release();
    replica.toDatabase.setOpen(true);
    charging.release();
    expect(await first).toMatchObject({ payment: { status: 'SUCCEEDED' } });
  });

  it('gives back what it took over without learning so: the next call sends it', async () => {
    const input = paymentInput({ paymentInstrumentId: 'pi_unauthorized' });
    expect(await createPayment(replica.url(), input)).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
    const takingOver = replica.toDatabase.holdNext(TAKES_OVER, 'answer');
    const again = createPayment(replica.url(), input);
    await takingOver.reached;
    replica.toDatabase.setOpen(false);

    expect(await again).toMatchObject(STORE_UNAVAILABLE);

    takingOver.release();
    replica.toDatabase.setOpen(true);
    await paymentOnce(replica.url(), input, ({ timeline }) => timeline.length === 4);
    expect(await createPayment(replica.url(), input)).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
    const { timeline } = await findByKey(replica.url(), input.idempotencyKey);
    const details = timeline.map(({ detail }: { detail: string | null }) => detail);
    expect(details[3]).toBe('The store did not confirm the claim in time; nothing was sent.');
    expect(details.filter((detail: string | null) => detail?.includes('credentials'))).toHaveLength(2);
  });

  it('charges nothing while the server is stopped, and charges with the same key once it runs', async () => {
    const input = paymentInput();
    const before = await countOrders();
    await fleet.postgres.stop('immediate');

    expect(await createPayment(replica.url(), input)).toMatchObject(STORE_UNAVAILABLE);

    expect(await countOrders()).toBe(before);
    await fleet.postgres.start();
    expect(await createPayment(replica.url(), input)).toMatchObject({ payment: { status: 'SUCCEEDED' } });
  });

  it('charges nothing while the database is read-only', async () => {
    const input = paymentInput();
    const before = await countOrders();
    const database = new URL(fleet.databaseUrl).pathname.slice(1);
    await fleet.postgres.sql(fleet.databaseUrl, `ALTER DATABASE ${database} SET default_transaction_read_only = on`);
    replica.toDatabase.cut();

    expect(await createPayment(replica.url(), input)).toMatchObject(STORE_UNAVAILABLE);

    expect(await countOrders()).toBe(before);
    await fleet.postgres.sql(
      fleet.databaseUrl,
      `BEGIN READ WRITE; ALTER DATABASE ${database} RESET default_transaction_read_only; COMMIT`,
    );
    replica.toDatabase.cut();
    expect(await createPayment(replica.url(), input)).toMatchObject({ payment: { status: 'SUCCEEDED' } });
  });

  it('charges nothing without a claim on disk when the disk is full', async () => {
    const disk = mountSmallDisk(4);
    await movePaymentsTo(disk.path, fleet);
    const filler = join(disk.path, 'filler');
    fill(filler);

    const { input, answers } = await payUntilRefused(replica.url());

    const known = await fleet.postgres.sql(fleet.databaseUrl, 'SELECT id FROM payments');
    const ids = new Set(known.map(({ id }) => id));
    const { orders } = await readLedger(fleet.sandbox.url);
    expect(answers.at(-1)).toMatchObject(STORE_UNAVAILABLE);
    expect(orders.filter(({ gatewayPaymentId }) => !ids.has(gatewayPaymentId))).toEqual([]);
    rmSync(filler);
    await createPayment(replica.url(), input);
    const payment = await paymentOnce(replica.url(), input, ({ status }) => status === 'SUCCEEDED');
    const after = await readLedger(fleet.sandbox.url);
    expect(after.charges.filter(({ gatewayPaymentId }) => gatewayPaymentId === payment.id)).toHaveLength(1);
    await fleet.postgres.sql(fleet.databaseUrl, 'ALTER TABLE payments SET TABLESPACE pg_default');
    await fleet.postgres.sql(fleet.databaseUrl, 'DROP TABLESPACE tiny');
    disk.unmount();
  });
});

describe('a gateway whose database is gone at the start', () => {
  it('refuses to start and says why in one sentence', async () => {
    const gateway = new GatewayProcess({
      env: { DATABASE_URL: 'postgres://postgres:secret@127.0.0.1:1/payments' },
    });

    expect(await gateway.tryToStart()).toBe(false);
    expect(gateway.errors).toBe(
      'The gateway did not start. The database at 127.0.0.1:1 can not be reached (ECONNREFUSED). Start it, or correct DATABASE_URL.\n',
    );
  });
});

async function movePaymentsTo(disk: string, { postgres, databaseUrl }: Fleet): Promise<void> {
  const folder = join(disk, 'tablespace');
  mkdirSync(folder);
  chmodSync(disk, 0o755);
  if (process.getuid?.() === 0) execFileSync('chown', ['postgres', folder]);
  await postgres.sql(databaseUrl, `CREATE TABLESPACE tiny LOCATION '${folder}'`);
  await postgres.sql(databaseUrl, 'ALTER TABLE payments SET TABLESPACE tiny');
}

interface Refused {
  readonly input: ReturnType<typeof paymentInput>;
  readonly answers: unknown[];
}

async function payUntilRefused(url: string): Promise<Refused> {
  const answers: unknown[] = [];
  for (;;) {
    const input = paymentInput({ metadata: [{ key: 'padding', value: 'x'.repeat(500) }] });
    const answer = (await createPayment(url, input)) as { code?: string };
    answers.push(answer);
    if (answer.code === 'STORE_UNAVAILABLE') return { input, answers };
  }
}

/** Takes all the room that is left. */
function fill(file: string): void {
  try {
    for (;;) writeFileSync(file, Buffer.alloc(65_536), { flag: 'a' });
  } catch {
    return;
  }
}
