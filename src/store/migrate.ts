import type { SqlDatabase, SqlSession } from './sql-database.js';
import { readMigrations, type Migration } from './migration-files.js';
import { StoreStartError } from './start-error.js';
import { findSqlState } from './store-errors.js';

/**
 * Brings the database to the newest schema and returns the names of what was applied, oldest first; none where it is there already.
 * Any number of processes may do it at once. Throws StoreStartError where the database was migrated by another version of the gateway,
 * or where its user may not create tables.
 */
export async function migrate(database: SqlDatabase, migrations?: readonly Migration[]): Promise<string[]> {
  const known = migrations ?? (await readMigrations());
  return database.session(async (session) => {
    const applied = await readApplied(session);
    assertSameHistory(applied, known);
    if (applied.length === known.length) return [];
    try {
      return await applyMissing(session, known);
    } catch (error) {
      if (findSqlState(error) === INSUFFICIENT_PRIVILEGE) throw notPermitted(error);
      throw error;
    }
  });
}

async function applyMissing(session: SqlSession, known: readonly Migration[]): Promise<string[]> {
  await inLockedTransaction(session, () => session.script(CREATE_SCHEMA_MIGRATIONS));
  const names: string[] = [];
  for (const migration of known) {
    const isNew = await inLockedTransaction(session, () => applyOne(session, migration));
    if (isNew) names.push(migration.name);
  }
  assertSameHistory(await readApplied(session), known);
  return names;
}

/** Looks again under the lock: another process may have applied it while this one waited. */
async function applyOne(session: SqlSession, { version, name, sql, checksum }: Migration): Promise<boolean> {
  const present = await session.query('SELECT 1 FROM schema_migrations WHERE version = $1', [version]);
  if (present.length > 0) return false;
  await session.script(sql);
  const insert = 'INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)';
  await session.query(insert, [version, name, checksum]);
  return true;
}

/** The lock is the transaction's, so a process that dies lets go of it. Statements are read with the same settings whatever the user's defaults. */
async function inLockedTransaction<T>(session: SqlSession, work: () => Promise<T>): Promise<T> {
  await session.script('BEGIN ISOLATION LEVEL READ COMMITTED');
  try {
    await session.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    const result = await work();
    await session.script('COMMIT');
    return result;
  } catch (error) {
    await session.script('ROLLBACK').catch(() => undefined); // The connection may be gone; the first error says why.
    throw error;
  }
}

/** Any number will do that nobody else takes for another lock in the same database. */
const MIGRATION_LOCK = 20_261_122;
const INSUFFICIENT_PRIVILEGE = '42501';

const CREATE_SCHEMA_MIGRATIONS = `
CREATE TABLE IF NOT EXISTS schema_migrations (
  version    integer     NOT NULL CONSTRAINT schema_migrations_pkey PRIMARY KEY,
  name       text        NOT NULL,
  checksum   text        NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT checksum_is_sha256_hex CHECK (checksum ~ '^[0-9a-f]{64}$')
);
COMMENT ON TABLE schema_migrations IS 'Which migrations this database has had.';
COMMENT ON COLUMN schema_migrations.version IS 'The number in the name of the file.';
COMMENT ON COLUMN schema_migrations.name IS 'The rest of that name.';
COMMENT ON COLUMN schema_migrations.checksum IS 'SHA-256 of the file in hex: an applied migration is never edited.';
COMMENT ON COLUMN schema_migrations.applied_at IS 'When it was applied; database clock.';
`;

interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

async function readApplied(session: SqlSession): Promise<AppliedMigration[]> {
  const [table] = await session.query(`SELECT to_regclass('schema_migrations') IS NOT NULL AS present`);
  if (table?.present !== true) return [];
  const rows = await session.query('SELECT version, name, checksum FROM schema_migrations ORDER BY version');
  return rows as unknown as AppliedMigration[];
}

function assertSameHistory(applied: readonly AppliedMigration[], known: readonly Migration[]): void {
  for (const [index, { version, name, checksum }] of applied.entries()) {
    const own = known[index];
    if (own === undefined)
      throw new StoreStartError(
        `The database has migration ${version} (${name}), which this version of the gateway does not know: it was migrated by a newer one. Start that version, or a newer one.`,
      );
    if (own.version !== version || own.checksum !== checksum)
      throw new StoreStartError(
        `Migration ${version} (${name}) was changed after it was applied to this database. Restore the file as it was and put the change into a new migration.`,
      );
  }
}

function notPermitted(cause: unknown): StoreStartError {
  return new StoreStartError(
    'The database lacks migrations and its user may not create tables. Run "npm run db:migrate" with DATABASE_URL naming a user who may, then start again.',
    { cause },
  );
}
