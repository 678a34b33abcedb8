import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import pino from 'pino';
import { systemClock } from '../../../src/shared/clock.js';
import { migrate as migrateDatabase } from '../../../src/store/migrations/migrate.js';
import { readMigrations, type Migration } from '../../../src/store/migrations/migration-files.js';
import { openStore, readFlaggedPayments } from '../../../src/store/open-store.js';
import { createPgDatabase, DEFAULT_POOL } from '../../../src/store/database/pg.database.js';
import { EMBEDDED_DATABASE } from '../../../src/dev/embedded-store/pglite.database.js';
import type { SqlDatabase } from '../../../src/store/database/sql-database.js';
import { StoreStartError } from '../../../src/store/database/start-error.js';
import { newClaim } from '../support/payments.fixture.js';
import { embeddedOptions, serverOptions, silentLog } from '../support/test-store-options.js';
import { newDataDir, useOwnPostgres } from '../support/test-stores.js';

function migration(version: number, name: string, sql: string): Migration {
  return { version, name, sql, checksum: String(version).repeat(64).slice(0, 64), oldestGateway: version };
}

const FIRST = migration(1, 'boxes', 'CREATE TABLE boxes (size integer); INSERT INTO boxes VALUES (1)');
const SECOND = migration(2, 'more', 'INSERT INTO boxes SELECT size + 1 FROM boxes');
const BROKEN = migration(3, 'broken', 'INSERT INTO boxes VALUES (9); INSERT INTO nothing VALUES (1)');

const DEPS = { clock: systemClock, log: silentLog };
const migrate = (database: SqlDatabase, migrations?: readonly Migration[]): Promise<string[]> =>
  migrateDatabase(database, { ...DEPS, ...(migrations !== undefined && { migrations }) });

describe('migrate', () => {
  const server = useOwnPostgres();
  const opened: SqlDatabase[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((database) => database.close())));

  function connect(databaseUrl: string): SqlDatabase {
    const database = createPgDatabase({ databaseUrl, pool: DEFAULT_POOL, clock: systemClock, log: silentLog });
    opened.push(database);
    return database;
  }
  const newDatabase = async (): Promise<SqlDatabase> => connect(await server().createDatabase());
  const sizes = async (database: SqlDatabase): Promise<unknown[]> =>
    (await database.query('SELECT size FROM boxes ORDER BY size', [])).map(({ size }) => size);

  it('applies what is missing in order, once', async () => {
    const database = await newDatabase();

    expect(await migrate(database, [FIRST])).toEqual(['boxes']);
    expect(await migrate(database, [FIRST, SECOND])).toEqual(['more']);
    expect(await migrate(database, [FIRST, SECOND])).toEqual([]);

    expect(await sizes(database)).toEqual([1, 2]);
  });

  it('applies each migration once when many processes do it at once', async () => {
    const databaseUrl = await server().createDatabase();

    const applied = await Promise.all(Array.from({ length: 8 }, () => migrate(connect(databaseUrl), [FIRST, SECOND])));

    expect(applied.flat().sort()).toEqual(['boxes', 'more']);
    expect(await sizes(connect(databaseUrl))).toEqual([1, 2]);
  });

  it('leaves nothing behind of a migration that fails', async () => {
    const database = await newDatabase();

    await expect(migrate(database, [FIRST, SECOND, BROKEN])).rejects.toThrow('relation "nothing" does not exist');

    expect(await sizes(database)).toEqual([1, 2]);
    expect(await database.query('SELECT version FROM schema_migrations ORDER BY version', [])).toHaveLength(2);
  });

  it('refuses a database whose applied migration was changed', async () => {
    const database = await newDatabase();
    await migrate(database, [FIRST]);

    await expect(migrate(database, [{ ...FIRST, checksum: 'f'.repeat(64) }])).rejects.toThrow(
      new StoreStartError(
        'Migration 1 (boxes) was changed after it was applied to this database. ' +
          'Restore the file as it was and put the change into a new migration.',
      ),
    );
  });

  it('refuses a database that a newer gateway has migrated', async () => {
    const database = await newDatabase();
    await migrate(database, [FIRST, SECOND]);

    await expect(migrate(database, [FIRST])).rejects.toThrow(
      new StoreStartError(
        'The database has migration 2 (more), which this version of the gateway does not know and ' +
          'can not work with: it was migrated by a newer one. Start that version, or a newer one.',
      ),
    );
  });

  describe('a database that a newer gateway has migrated', () => {
    /** Adds what the gateways of the first two migrations need not know. */
    const ADDITION: Migration = { ...migration(3, 'weight', 'ALTER TABLE boxes ADD weight integer'), oldestGateway: 2 };

    it('serves a gateway that its newest migrations leave able to work, and is left as it is', async () => {
      const database = await newDatabase();
      await migrate(database, [FIRST, SECOND, ADDITION]);
      const lines: unknown[] = [];
      const log = pino({ level: 'warn' }, { write: (line) => void lines.push(JSON.parse(line)) });

      expect(await migrateDatabase(database, { ...DEPS, log, migrations: [FIRST, SECOND] })).toEqual([]);
      expect(lines).toEqual([expect.objectContaining({ newest: 3, msg: 'store.schema-is-newer' })]);
      expect(await migrate(database, [FIRST, SECOND, ADDITION])).toEqual([]);
    });

    it('does not serve one that is older than that', async () => {
      const database = await newDatabase();
      await migrate(database, [FIRST, SECOND, ADDITION]);

      await expect(migrate(database, [FIRST])).rejects.toThrow(
        'The database has migration 2 (more), which this version',
      );
    });

    it('serves the whole gateway, which pays', async () => {
      const databaseUrl = await server().createDatabase();
      const known = await readMigrations();
      const newest = migration(known.length + 1, 'note', 'ALTER TABLE payments ADD note text');
      await migrate(connect(databaseUrl), [...known, { ...newest, oldestGateway: known.length }]);

      const store = await openStore(serverOptions(databaseUrl));
      const claimed = await store.payments.claim(newClaim());
      await store.close();

      expect(claimed).toMatchObject({ kind: 'claimed' });
    });
  });

  describe('a database of a version before 0.1.0', () => {
    /** The history as those versions wrote it: the older ones without the oldest gateway. */
    const HISTORY = `
      CREATE TABLE schema_migrations (
        version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now());
      INSERT INTO schema_migrations (version, name, checksum) VALUES (1, 'payments', '${'a'.repeat(64)}')`;
    const REFUSAL = new StoreStartError(
      'The database was made by a version of the gateway before 0.1.0, whose tables this version can not read. ' +
        'Give the gateway an empty database, or set DATA_DIR to a new folder.',
    );
    const WITH_OLDEST_GATEWAY = `${HISTORY}; ALTER TABLE schema_migrations ADD COLUMN oldest_gateway integer`;

    it.each([
      { form: 'without oldest gateways', history: HISTORY },
      { form: 'with oldest gateways', history: WITH_OLDEST_GATEWAY },
    ])('is refused at the start, $form, and left as it is', async ({ history }) => {
      const databaseUrl = await server().createDatabase();
      await server().sql(databaseUrl, history);

      await expect(openStore(serverOptions(databaseUrl))).rejects.toThrow(REFUSAL);
      await expect(readFlaggedPayments(serverOptions(databaseUrl))).rejects.toThrow(REFUSAL);
      const tables = `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`;
      expect(await server().sql(databaseUrl, tables)).toEqual([{ relname: 'schema_migrations' }]);
    });

    it('is refused at the start where it is embedded', async () => {
      const dataDir = newDataDir();
      const database = await EMBEDDED_DATABASE.open(dataDir, systemClock);
      await database.session((session) => session.script(WITH_OLDEST_GATEWAY));
      await database.close();

      await expect(openStore(embeddedOptions(dataDir))).rejects.toThrow(REFUSAL);
    });
  });

  describe('while another transaction reads a table that is to be changed', () => {
    /** As a backup does it. */
    async function startReading(databaseUrl: string): Promise<Client> {
      const reader = new Client({ connectionString: databaseUrl });
      await reader.connect();
      await reader.query('BEGIN; SELECT count(*) FROM payments');
      return reader;
    }

    it('lets payments pass, and is done when the reader is', async () => {
      const databaseUrl = await server().createDatabase();
      const store = await openStore(serverOptions(databaseUrl));
      const reader = await startReading(databaseUrl);
      const known = await readMigrations();
      const migrations = [...known, migration(known.length + 1, 'note', 'ALTER TABLE payments ADD note text')];
      const clock = { ...systemClock, sleep: () => systemClock.sleep(50) };

      const migrating = migrateDatabase(connect(databaseUrl), { ...DEPS, clock, migrations });
      for (let paid = 0; paid < 10; paid++) {
        await untilWaited(databaseUrl, 'ALTER TABLE payments ADD note');
        await expect(store.payments.claim(newClaim())).resolves.toMatchObject({ kind: 'claimed' });
      }
      await reader.end();

      expect(await migrating).toEqual(['note']);
      await store.close();
    });

    async function untilWaited(databaseUrl: string, statement: string): Promise<void> {
      const find = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '${statement}%'`;
      while ((await server().sql(databaseUrl, find)).length === 0);
    }

    it('gives up after ten minutes and says why', async () => {
      const databaseUrl = await server().createDatabase();
      await migrate(connect(databaseUrl));
      const reader = await startReading(databaseUrl);
      const known = await readMigrations();
      const migrations = [...known, migration(known.length + 1, 'note', 'ALTER TABLE payments ADD note text')];
      let nowMs = 0;
      const clock = {
        ...systemClock,
        monotonicNow: () => nowMs,
        sleep: () => Promise.resolve(void (nowMs += 400_000)),
      };

      await expect(migrateDatabase(connect(databaseUrl), { ...DEPS, clock, migrations })).rejects.toThrow(
        'The database lacks migrations, and another transaction has held their tables for ten ' +
          'minutes, a backup perhaps. Start again when it is over.',
      );
      await reader.end();
    });
  });

  describe('a database that other programs use', () => {
    const tablesOf = (databaseUrl: string) =>
      server().sql(databaseUrl, `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace`);

    it.each([
      { table: 'payments', columns: 'id integer' },
      { table: 'rate_windows', columns: 'id integer' },
      { table: 'schema_migrations', columns: 'version varchar' },
      { table: 'schema_migrations', columns: 'version bigint, dirty boolean' },
    ])('is refused and left as it is where it has a table $table ($columns)', async ({ table, columns }) => {
      const databaseUrl = await server().createDatabase();
      await server().sql(databaseUrl, `CREATE TABLE ${table} (${columns})`);

      await expect(migrate(connect(databaseUrl))).rejects.toThrow(
        new StoreStartError(
          `The database has a table "${table}" of another program. ` +
            'Give the gateway a database of its own, or a user whose search_path names a schema of its ' +
            'own.',
        ),
      );
      expect(await tablesOf(databaseUrl)).toEqual([{ relname: table }]);
    });

    it('is taken by a user with a schema of its own', async () => {
      const databaseUrl = await server().createDatabase();
      await server().sql(databaseUrl, 'CREATE TABLE payments (id integer); CREATE SCHEMA gateway');
      const url = new URL(databaseUrl);
      url.searchParams.set('options', '-c search_path=gateway');

      expect(await migrate(connect(url.href))).toEqual((await readMigrations()).map(({ name }) => name));
      expect(await tablesOf(databaseUrl)).toEqual([{ relname: 'payments' }]);
    });

    it('is refused where its search_path names nothing', async () => {
      const url = new URL(await server().createDatabase());
      url.searchParams.set('options', '-c search_path=nowhere');

      await expect(migrate(connect(url.href))).rejects.toThrow(
        new StoreStartError(
          "The search_path of the database's user names no schema that is there. " +
            'Set it to one: ALTER ROLE … SET search_path = public.',
        ),
      );
    });
  });

  it.each([
    { place: 'a server', open: newDatabase },
    { place: 'the embedded database', open: () => EMBEDDED_DATABASE.open(newDataDir(), systemClock) },
  ])(
    'gives every table and column of $place a comment, and every constraint a name that says the rule',
    async ({ open }) => {
      const database = await open();
      opened.push(database);
      await migrate(database);

      const uncommented = await database.query(
        `SELECT relname, attname FROM pg_class
         JOIN pg_attribute ON attrelid = pg_class.oid AND attnum >= 0
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND col_description(pg_class.oid, attnum) IS NULL
       UNION ALL
       SELECT relname, NULL FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND obj_description(oid, 'pg_class') IS NULL`,
        [],
      );
      const unnamed = await database.query(
        `SELECT conname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
          WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'u')
            AND starts_with(conname, relname || '_')`,
        [],
      );
      expect([uncommented, unnamed]).toEqual([[], []]);
    },
  );
});

describe('readMigrations', () => {
  function folderWith(...names: string[]): string {
    const folder = newDataDir();
    mkdirSync(folder);
    for (const name of names) writeFileSync(join(folder, name), 'SELECT 1;\r\n');
    return folder;
  }

  it('reads them in order, whatever line ends the checkout has', async () => {
    const migrations = await readMigrations(folderWith('0002_b.sql', '0001_a.sql'));

    expect(migrations.map(({ version, name, sql }) => [version, name, sql])).toEqual([
      [1, 'a', 'SELECT 1;\n'],
      [2, 'b', 'SELECT 1;\n'],
    ]);
  });

  it('reads which gateways can work with what it makes', async () => {
    const folder = folderWith('0001_a.sql', '0002_b.sql', '0003_c.sql');
    writeFileSync(join(folder, '0003_c.sql'), '-- Adds a note.\r\n-- Oldest gateway: 0002\r\nSELECT 1;\r\n');

    expect((await readMigrations(folder)).map(({ oldestGateway }) => oldestGateway)).toEqual([1, 2, 2]);
  });

  it.each([
    { names: ['0001_a.sql', '0003_c.sql'], found: '0003_c.sql', position: 2 },
    { names: ['0001_a.sql', '0001_b.sql'], found: '0001_b.sql', position: 2 },
    { names: ['notes.txt'], found: 'notes.txt', position: 1 },
  ])('refuses $names', async ({ names, found, position }) => {
    await expect(readMigrations(folderWith(...names))).rejects.toThrow(
      new Error(`${found} must be called NNNN_name.sql and have the number ${position}: migrations have no holes.`),
    );
  });
});
