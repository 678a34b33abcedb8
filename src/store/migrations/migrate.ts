import type { Clock } from '../../shared/clock.js';
import type { Log } from '../../shared/log/log.js';
import { readMigrations, type Migration } from './migration-files.js';
import { CREATE_SCHEMA_MIGRATIONS, foreignTable, readHistory, type AppliedMigration } from './migration-history.js';
import type { SqlDatabase, SqlSession } from '../database/sql-database.js';
import { StoreStartError } from '../database/start-error.js';
import { findSqlState } from '../database/store-errors.js';

interface MigrateDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly migrations?: readonly Migration[];
}

/**
 * In any number of processes at once. Returns the names of what was applied. Throws StoreStartError
 * where this version can't work with the database, or its user may not create tables.
 */
export async function migrate(database: SqlDatabase, { migrations, ...deps }: MigrateDeps): Promise<string[]> {
  const known = migrations ?? (await readMigrations());
  return database.session(async (session) => {
    const applied = await readHistory(session);
    assertCompatible(applied, known);
    if (applied.length > known.length) deps.log.warn({ newest: applied.length }, 'store.schema-is-newer');
    if (applied.length >= known.length) return [];
    try {
      return await applyMissing(session, known, deps);
    } catch (error) {
      if (findSqlState(error) === INSUFFICIENT_PRIVILEGE) throw notPermitted(error);
      throw error;
    }
  });
}

export async function assertMigrated(database: SqlDatabase): Promise<void> {
  const known = await readMigrations();
  const applied = await database.session(readHistory);
  assertCompatible(applied, known);
  if (applied.length < known.length)
    throw new StoreStartError(
      `The database lacks migrations (it has ${applied.length} of ${known.length}). ` +
        'Correct DATABASE_URL, or run "npm run db:migrate".',
    );
}

async function applyMissing(session: SqlSession, known: readonly Migration[], deps: MigrateDeps): Promise<string[]> {
  await inLockedTransaction(session, deps, () => prepare(session, known));
  const names: string[] = [];
  for (const migration of known) {
    const isNew = await inLockedTransaction(session, deps, () => applyOne(session, migration));
    if (isNew) names.push(migration.name);
  }
  assertCompatible(await readHistory(session), known);
  return names;
}

async function prepare(session: SqlSession, known: readonly Migration[]): Promise<void> {
  const missing = known.slice((await readHistory(session)).length);
  const tables = missing.flatMap(({ sql }) => [...sql.matchAll(CREATED_TABLE)].map(([, table = '']) => table));
  const [foreign] = await session.query(
    'SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NOT NULL LIMIT 1',
    [tables],
  );
  if (foreign !== undefined) throw foreignTable(String(foreign.name));
  await session.script(CREATE_SCHEMA_MIGRATIONS);
}

const CREATED_TABLE = /^CREATE TABLE (\w+)/gm;

async function applyOne(session: SqlSession, migration: Migration): Promise<boolean> {
  const { version, name, sql, checksum, oldestGateway } = migration;
  const present = await session.query('SELECT 1 FROM schema_migrations WHERE version = $1', [version]);
  if (present.length > 0) return false;
  await session.script(sql);
  const insert = 'INSERT INTO schema_migrations (version, name, checksum, oldest_gateway) VALUES ($1, $2, $3, $4)';
  await session.query(insert, [version, name, checksum, oldestGateway]);
  return true;
}

/**
 * The lock is the transaction's, so a process that dies releases it. A change of a table waits for
 * its readers (a backup reads for hours), and payments wait behind the change: so it waits for a
 * moment, lets them pass, and comes again.
 */
async function inLockedTransaction<T>(
  session: SqlSession,
  { clock, log }: MigrateDeps,
  work: () => Promise<T>,
): Promise<T> {
  const giveUpAtMs = clock.monotonicNow() + LONGEST_WAIT_MS;
  for (;;) {
    try {
      return await tryInLockedTransaction(session, work);
    } catch (error) {
      if (!isLockedOut(error)) throw error;
      if (clock.monotonicNow() > giveUpAtMs) throw lockedOut(error);
      log.warn({ pauseMs: PAUSE_MS }, 'store.migration-waits');
      await clock.sleep(PAUSE_MS);
    }
  }
}

async function tryInLockedTransaction<T>(session: SqlSession, work: () => Promise<T>): Promise<T> {
  await session.script('BEGIN ISOLATION LEVEL READ COMMITTED');
  try {
    await session.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await session.script(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    const result = await work();
    await session.script('COMMIT');
    return result;
  } catch (error) {
    await session.script('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Well below the time that a claim waits for its table: payments are late, and none is turned away. */
const LOCK_TIMEOUT_MS = 500;
const PAUSE_MS = 2_000;
const LONGEST_WAIT_MS = 600_000;

function isLockedOut(error: unknown): boolean {
  const state = findSqlState(error) ?? findSqlState((error as { cause?: unknown }).cause);
  return state === '55P03' || state === '40P01';
}

function lockedOut(cause: unknown): StoreStartError {
  return new StoreStartError(
    'The database lacks migrations, and another transaction has held their tables for ten minutes, a backup perhaps. ' +
      'Start again when it is over.',
    { cause },
  );
}

const MIGRATION_LOCK = 20_261_122;
const INSUFFICIENT_PRIVILEGE = '42501';
const NAME_BEFORE_THE_BASELINE = 'payments';

function assertCompatible(applied: readonly AppliedMigration[], known: readonly Migration[]): void {
  if (applied[0]?.name === NAME_BEFORE_THE_BASELINE)
    throw new StoreStartError(
      'The database was made by a version of the gateway before 0.1.0, whose tables this version can not read. ' +
        'Give the gateway an empty database, or set DATA_DIR to a new folder.',
    );
  for (const [index, { version, name, checksum, oldestGateway }] of applied.entries()) {
    const own = known[index];
    if (own === undefined && oldestGateway > known.length)
      throw new StoreStartError(
        `The database has migration ${version} (${name}), which this version of the gateway does not know and ` +
          'can not work with: it was migrated by a newer one. Start that version, or a newer one.',
      );
    if (own !== undefined && (own.version !== version || own.checksum !== checksum))
      throw new StoreStartError(
        `Migration ${version} (${name}) was changed after it was applied to this database. ` +
          'Restore the file as it was and put the change into a new migration.',
      );
  }
}

function notPermitted(cause: unknown): StoreStartError {
  return new StoreStartError(
    'The database lacks migrations and its user may not create tables. ' +
      'Run "npm run db:migrate" with DATABASE_URL naming a user who may, then start again.',
    { cause },
  );
}
