import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/shared/clock.js';
import { migrate } from '../../src/store/migrate.js';
import { readMigrations, type Migration } from '../../src/store/migration-files.js';
import { createPgDatabase, DEFAULT_POOL } from '../../src/store/pg.database.js';
import { openPgliteDatabase } from '../../src/store/pglite.database.js';
import type { SqlDatabase } from '../../src/store/sql-database.js';
import { StoreStartError } from '../../src/store/start-error.js';
import { silentLog } from './test-store-options.js';
import { newDataDir, usePostgres } from './test-stores.js';

function migration(version: number, name: string, sql: string): Migration {
  return { version, name, sql, checksum: String(version).repeat(64).slice(0, 64) };
}

const FIRST = migration(1, 'boxes', 'CREATE TABLE boxes (size integer); INSERT INTO boxes VALUES (1)');
const SECOND = migration(2, 'more', 'INSERT INTO boxes SELECT size + 1 FROM boxes');
const BROKEN = migration(3, 'broken', 'INSERT INTO boxes VALUES (9); INSERT INTO nothing VALUES (1)');

describe('migrate', () => {
  const server = usePostgres();
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
        'Migration 1 (boxes) was changed after it was applied to this database. Restore the file as it was and put the change into a new migration.',
      ),
    );
  });

  it('refuses a database that a newer gateway has migrated', async () => {
    const database = await newDatabase();
    await migrate(database, [FIRST, SECOND]);

    await expect(migrate(database, [FIRST])).rejects.toThrow(
      new StoreStartError(
        'The database has migration 2 (more), which this version of the gateway does not know: it was migrated by a newer one. Start that version, or a newer one.',
      ),
    );
  });

  it.each([
    { place: 'a server', open: newDatabase },
    { place: 'the embedded database', open: () => openPgliteDatabase(newDataDir(), systemClock) },
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
          WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'u') AND starts_with(conname, relname || '_')`,
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
