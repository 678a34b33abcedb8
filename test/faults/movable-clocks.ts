import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresServer } from '../support/postgres.js';

/** A clock that can be set while others read it. */
export interface MovableClock {
  /** From now on it is off by so much; 0 corrects it. */
  setOffset(offsetMs: number): Promise<void>;
}

export interface ProcessClock extends MovableClock {
  /** What a process needs in its environment to go by it. */
  readonly env: Readonly<Record<string, string>>;
  dispose(): void;
}

/** The wall clock of a process. */
export function createProcessClock(): ProcessClock {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-clock-'));
  const file = join(folder, 'offset');
  writeFileSync(file, '0');
  return {
    env: { NODE_OPTIONS: `--require=${join(__dirname, 'movable-clock.cjs')}`, CLOCK_OFFSET_FILE: file },
    setOffset: (offsetMs) => {
      writeFileSync(file, String(offsetMs));
      return Promise.resolve();
    },
    dispose: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The functions by which statements tell the time. */
const TIME_FUNCTIONS = ['clock_timestamp', 'statement_timestamp', 'transaction_timestamp', 'now'] as const;

/**
 * The clock of a database: functions that stand before PostgreSQL's own on the search path of every session that begins from now on. Call it
 * before anything is in the database.
 */
export async function makeClockMovable(postgres: PostgresServer, databaseUrl: string): Promise<MovableClock> {
  const database = new URL(databaseUrl).pathname.slice(1);
  const functions = TIME_FUNCTIONS.map(
    (name) =>
      `CREATE FUNCTION movable.${name}() RETURNS timestamptz LANGUAGE sql AS
         'SELECT pg_catalog.${name}() + (SELECT is_off_by FROM movable.clock)';`,
  );
  await postgres.sql(
    databaseUrl,
    `CREATE SCHEMA movable;
     CREATE TABLE movable.clock AS SELECT interval '0' AS is_off_by;
     ${functions.join('\n')}
     ALTER DATABASE ${database} SET search_path = public, movable, pg_catalog;`,
  );
  return {
    setOffset: async (offsetMs) => {
      await postgres.sql(databaseUrl, `UPDATE movable.clock SET is_off_by = ${offsetMs} * interval '1 millisecond'`);
    },
  };
}
