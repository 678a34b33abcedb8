import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreUnavailableError } from '../../../src/payments/model/errors.js';
import { systemClock } from '../../../src/shared/clock.js';
import { openStore, type Store } from '../../../src/store/open-store.js';
import { EMBEDDED_DATABASE } from '../../../src/dev/embedded-store/pglite.database.js';
import { mountSmallDisk } from '../../support/small-disk.js';
import { newClaim, ofLocal } from '../support/payments.fixture.js';
import { embeddedOptions, serverOptions } from '../support/test-store-options.js';
import { useOwnPostgres } from '../support/test-stores.js';

describe('a store whose disk is full', () => {
  const server = useOwnPostgres();
  const disks: ReturnType<typeof mountSmallDisk>[] = [];
  afterEach(() => {
    for (const disk of disks.splice(0)) disk.unmount();
  });

  function newDisk(megabytes: number): string {
    const disk = mountSmallDisk(megabytes);
    disks.push(disk);
    return disk.path;
  }

  async function claimUntilFull(store: Store): Promise<{ claimed: string[]; failure: unknown }> {
    const claimed: string[] = [];
    const failure = await firstFailure(async () => {
      const claim = newClaim({ metadata: [{ key: 'padding', value: 'x'.repeat(500) }] });
      await store.payments.claim(claim);
      claimed.push(claim.id);
    });
    return { claimed, failure };
  }

  it('claims nothing on a full server, keeps what it claimed before, and goes on when there is room', async () => {
    const databaseUrl = await server().createDatabase();
    const disk = newDisk(4);
    const tablespace = join(disk, 'tablespace');
    mkdirSync(tablespace);
    chmodSync(disk, 0o755);
    if (process.getuid?.() === 0) execFileSync('chown', ['postgres', tablespace]);
    const store = await openStore(serverOptions(databaseUrl));
    await server().sql(databaseUrl, `CREATE TABLESPACE tiny LOCATION '${tablespace}'`);
    await server().sql(databaseUrl, 'ALTER TABLE payments SET TABLESPACE tiny');
    const filler = join(disk, 'filler');
    fill(filler);

    const { claimed, failure } = await claimUntilFull(store);

    expect(failure).toEqual(
      new StoreUnavailableError('The database could not carry out the statement (SQLSTATE 53100).'),
    );
    expect(await store.payments.findByIds(ofLocal(claimed))).not.toContain(null);
    rmSync(filler);
    expect((await store.payments.claim(newClaim())).kind).toBe('claimed');
    await store.close();
  });

  it('claims nothing in a full embedded store, keeps earlier claims, and goes on when there is room', async () => {
    const disk = newDisk(64);
    const store = await openStore(embeddedOptions(join(disk, 'data')));
    const filler = join(disk, 'filler');
    fill(filler);

    const { claimed, failure } = await claimUntilFull(store);

    expect(failure).toEqual(
      new StoreUnavailableError('The database could not carry out the statement (SQLSTATE 53100).'),
    );
    expect(await store.payments.findByIds(ofLocal(claimed))).not.toContain(null);
    rmSync(filler);
    expect((await store.payments.claim(newClaim())).kind).toBe('claimed');
    await store.close();
  });

  it('does not hang on an embedded database that a full disk has stopped, and has all after a restart', async () => {
    const disk = newDisk(64);
    const dataDir = join(disk, 'data');
    const database = await EMBEDDED_DATABASE.open(dataDir, systemClock);
    await database.query('CREATE TABLE kept AS SELECT 1 AS number', []);

    const logged = (): Promise<unknown> =>
      database.query(`SELECT pg_logical_emit_message(true, '', repeat('x', 1000000))`, []);
    const failure = await firstFailure(logged);

    expect(failure).toEqual(
      new StoreUnavailableError('The database could not carry out the statement (SQLSTATE 53100).'),
    );
    await expect(database.query('SELECT 1', [])).rejects.toMatchObject({
      name: 'StoreUnavailableError',
      message: 'The embedded database has stopped, most likely because the disk is full. Start the gateway again.',
    });
    await database.close();
    execFileSync('mount', ['-o', 'remount,size=128m', disk]);
    const restarted = await EMBEDDED_DATABASE.open(dataDir, systemClock);
    expect(await restarted.query('SELECT number FROM kept', [])).toEqual([{ number: 1 }]);
    await restarted.close();
  });
});

async function firstFailure(work: () => Promise<unknown>): Promise<unknown> {
  try {
    for (;;) await work();
  } catch (failure) {
    return failure;
  }
}

function fill(file: string): void {
  try {
    for (;;) writeFileSync(file, Buffer.alloc(65_536), { flag: 'a' });
  } catch {
    return;
  }
}
