import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file in hex, with LF line ends: a checkout may have changed those. */
  readonly checksum: string;
  /**
   * A gateway that knows the migrations up to this one can work with the schema after it: the
   * file's line `-- Oldest gateway: 0012`, else its own version.
   */
  readonly oldestGateway: number;
}

const MIGRATIONS_DIR = join(__dirname, 'sql');

const OLDEST_GATEWAY = /^-- Oldest gateway: (\d{4})$/m;
const MIGRATION_FILE = /^(\d{4})_([a-z0-9_]+)\.sql$/;

export async function readMigrations(directory: string = MIGRATIONS_DIR): Promise<Migration[]> {
  const names = (await readdir(directory)).sort();
  return Promise.all(names.map((name, index) => readMigration(join(directory, name), { name, position: index + 1 })));
}

async function readMigration(path: string, { name, position }: { name: string; position: number }): Promise<Migration> {
  const [, number, title] = MIGRATION_FILE.exec(name) ?? [];
  if (title === undefined || Number(number) !== position)
    throw new Error(`${name} must be called NNNN_name.sql and have the number ${position}: migrations have no holes.`);
  const sql = (await readFile(path, 'utf8')).replaceAll('\r\n', '\n');
  const oldestGateway = Number(OLDEST_GATEWAY.exec(sql)?.[1] ?? position);
  const checksum = createHash('sha256').update(sql).digest('hex');
  return { version: position, name: title, sql, checksum, oldestGateway };
}
