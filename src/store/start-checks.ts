import { parseUrl } from '../shared/net/url.js';
import { isTlsFailure, isWithoutTls } from './database/database-url.js';
import type { SqlDatabase } from './database/sql-database.js';
import { StoreStartError } from './database/start-error.js';
import { findErrorCode, findSqlState } from './database/store-errors.js';

const OLDEST_VERSION = 13;

export async function assertUsable(database: SqlDatabase): Promise<DatabaseState> {
  const [row] = await database.query(
    `SELECT current_setting('server_version_num')::integer / 10000 AS version,
            pg_is_in_recovery() AS is_standby,
            current_setting('transaction_read_only') = 'on' AS is_read_only,
            current_setting('server_encoding') AS encoding,
            current_setting('fsync') = 'on' AS syncs`,
    [],
  );
  const state = row as unknown as DatabaseState;
  const obstacle = findObstacle(state);
  if (obstacle !== null) throw new StoreStartError(obstacle);
  return state;
}

interface DatabaseState {
  readonly version: number;
  readonly is_standby: boolean;
  readonly is_read_only: boolean;
  readonly encoding: string;
  readonly syncs: boolean;
}

export function findObstacle({ version, is_standby, is_read_only, encoding }: DatabaseState): string | null {
  if (version < OLDEST_VERSION)
    return (
      `The database is PostgreSQL ${version}; the gateway needs ${OLDEST_VERSION} or newer. ` +
      'Upgrade it, or point DATABASE_URL to another.'
    );
  if (is_standby) return 'The database is a standby and takes no writes. Point DATABASE_URL to the primary.';
  if (is_read_only)
    return (
      'The database is read-only, and no payment may be sent without writing it down first. ' +
      'Turn default_transaction_read_only off for this user and database, or point DATABASE_URL to another.'
    );
  if (encoding !== 'UTF8')
    return 'The database does not keep text as UTF-8, so it can not hold every input. Create one with ENCODING UTF8.';
  return null;
}

/** A sentence for the operator: host, port and names may be in it, the password never. */
export function toStartError(error: unknown, databaseUrl: string | null): unknown {
  if (error instanceof StoreStartError || databaseUrl === null) return error;
  const place = findPlace(databaseUrl);
  if (place === null)
    return new StoreStartError(
      'DATABASE_URL is not a PostgreSQL URL. It must look like postgres://user:password@host:5432/database.',
    );
  const cause = error instanceof Error ? error.cause : undefined;
  const state = findSqlState(cause) ?? findSqlState(error);
  const sentence = state === null ? toUnreachable(place, cause) : SENTENCES[state]?.(place);
  return sentence === undefined ? error : new StoreStartError(sentence, { cause: error });
}

interface DatabasePlace {
  readonly address: string;
  readonly database: string;
  readonly user: string;
}

function findPlace(databaseUrl: string): DatabasePlace | null {
  const url = parseUrl(databaseUrl);
  if (url === null || !['postgres:', 'postgresql:'].includes(url.protocol)) return null;
  const host = url.hostname === '' ? (url.searchParams.get('host') ?? 'localhost') : url.hostname;
  const user = decodeURIComponent(url.username);
  return {
    address: `${host}:${url.port === '' ? '5432' : url.port}`,
    database: decodeURIComponent(url.pathname.slice(1)) || user,
    user,
  };
}

function toUnreachable({ address }: DatabasePlace, cause: unknown): string {
  const code = findErrorCode(cause);
  if (isWithoutTls(cause))
    return (
      `The database at ${address} does not offer TLS, which DATABASE_URL asks for. ` +
      'Turn its ssl on, or set sslmode=disable where the way to it is private.'
    );
  if (isTlsFailure(cause))
    return (
      `TLS with the database at ${address} failed (${code ?? ''}). Name the file of the authority that signed its ` +
      'certificate in sslrootcert of DATABASE_URL; sslmode=no-verify encrypts for whoever answers.'
    );
  const reason = code ?? 'no answer in time';
  return `The database at ${address} can not be reached (${reason}). Start it, or correct DATABASE_URL.`;
}

const refusedUser = ({ address, user }: DatabasePlace): string =>
  `The database at ${address} does not let user "${user}" in: wrong password, or not allowed from here. ` +
  'Correct DATABASE_URL.';
const notReady = ({ address }: DatabasePlace): string =>
  `The database at ${address} is starting up or shutting down. Start the gateway again when it is up.`;

const SENTENCES: Readonly<Record<string, ((place: DatabasePlace) => string) | undefined>> = {
  '28P01': refusedUser,
  '28000': ({ address, user }) =>
    `The database at ${address} does not let user "${user}" in: not allowed from here, or only with TLS (sslmode). ` +
    'Correct DATABASE_URL.',
  '3D000': ({ address, database }) =>
    `The database server at ${address} has no database "${database}". Create it, or correct DATABASE_URL.`,
  '42501': ({ address, user }) =>
    `User "${user}" of the database at ${address} lacks rights on the gateway's tables. ` +
    'Grant SELECT, INSERT, UPDATE and DELETE on them.',
  '53300': ({ address }) =>
    `The database at ${address} has no connection left. Raise its max_connections, or close other clients.`,
  '57P03': notReady,
  '57P01': notReady,
};
