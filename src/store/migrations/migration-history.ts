import type { SqlSession } from '../database/sql-database.js';
import { StoreStartError } from '../database/start-error.js';

export interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
  readonly oldestGateway: number;
}

export async function readHistory(session: SqlSession): Promise<AppliedMigration[]> {
  const [place] = await session.query(FIND_HISTORY);
  if (place?.schema === null) throw noSchema();
  if (place?.present !== true) return [];
  if (place.columns !== OWN_COLUMNS.length) throw foreignTable('schema_migrations');
  return (await session.query(READ_HISTORY)) as unknown as AppliedMigration[];
}

export function foreignTable(name: string): StoreStartError {
  return new StoreStartError(
    `The database has a table "${name}" of another program. ` +
      'Give the gateway a database of its own, or a user whose search_path names a schema of its own.',
  );
}

function noSchema(): StoreStartError {
  return new StoreStartError(
    "The search_path of the database's user names no schema that is there. " +
      'Set it to one: ALTER ROLE … SET search_path = public.',
  );
}

const OWN_COLUMNS = ['version', 'name', 'checksum', 'applied_at'];

const FIND_HISTORY = `
SELECT current_schema() AS schema,
       to_regclass('schema_migrations') IS NOT NULL AS present,
       (SELECT count(*)::integer FROM pg_attribute
         WHERE attrelid = to_regclass('schema_migrations') AND NOT attisdropped
           AND attname IN (${OWN_COLUMNS.map((name) => `'${name}'`).join(', ')})) AS columns
`;

/** By jsonb: histories of unreleased versions, which are read to be refused, may lack the column. */
const READ_HISTORY = `
SELECT version, name, checksum,
       coalesce((to_jsonb(schema_migrations) ->> 'oldest_gateway')::integer, version) AS "oldestGateway"
  FROM schema_migrations ORDER BY version
`;

export const CREATE_SCHEMA_MIGRATIONS = `
CREATE TABLE IF NOT EXISTS schema_migrations (
  version    integer     NOT NULL CONSTRAINT schema_migrations_pkey PRIMARY KEY,
  name       text        NOT NULL,
  checksum   text        NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  oldest_gateway integer NOT NULL,
  CONSTRAINT checksum_is_sha256_hex CHECK (checksum ~ '^[0-9a-f]{64}$'),
  CONSTRAINT oldest_gateway_is_no_newer_than_the_migration CHECK (oldest_gateway BETWEEN 1 AND version)
);
COMMENT ON TABLE schema_migrations IS 'Which migrations this database has had.';
COMMENT ON COLUMN schema_migrations.version IS 'The number in the name of the file.';
COMMENT ON COLUMN schema_migrations.name IS 'The rest of that name.';
COMMENT ON COLUMN schema_migrations.checksum IS 'SHA-256 of the file in hex: an applied migration is never edited.';
COMMENT ON COLUMN schema_migrations.applied_at IS 'When it was applied; database clock.';
COMMENT ON COLUMN schema_migrations.oldest_gateway IS
  'A gateway that knows the migrations up to this one can work with the schema after it.';
`;
