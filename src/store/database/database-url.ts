import { accessSync, constants } from 'node:fs';
import { Client, type ClientConfig } from 'pg';
import { parse } from 'pg-connection-string';
import { parseUrl } from '../../shared/net/url.js';
import { StoreStartError } from './start-error.js';
import { findErrorCode, findSqlState } from './store-errors.js';

export function assertUnderstood(databaseUrl: string, setting: string): void {
  assertDecodable(databaseUrl, setting);
  const parameters = parseUrl(databaseUrl)?.searchParams ?? new URLSearchParams();
  const schema = SCHEMA_PARAMETERS.find((name) => parameters.has(name));
  if (schema !== undefined)
    throw new StoreStartError(
      `${setting} has the parameter ${schema}, which PostgreSQL does not know, so the tables would go elsewhere. ` +
        'Write options=-c%20search_path%3D and the schema instead.',
    );
  const sslMode = parameters.get('sslmode');
  if (sslMode !== null && !SSL_MODES.has(sslMode))
    throw new StoreStartError(`The sslmode of ${setting} must be one of ${[...SSL_MODES.keys()].join(', ')}.`);
  for (const name of FILE_PARAMETERS) assertReadable(`${name} of ${setting}`, parameters.get(name));
}

export function findUnknownParameters(databaseUrl: string): string[] {
  const names = [...(parseUrl(databaseUrl)?.searchParams.keys() ?? [])];
  return [...new Set(names)].filter((name) => !KNOWN_PARAMETERS.has(name));
}

/** The driver itself leaves `/ ? # @` encoded in the database's name, and takes `ssl=false` for a yes. */
export function toClientConfig(databaseUrl: string): ClientConfig {
  const url = parseUrl(databaseUrl);
  if (url === null) return { connectionString: databaseUrl };
  const { searchParams } = url;
  if (searchParams.get('ssl') === 'false') searchParams.set('ssl', '0');
  const meant = SSL_MODES.get(searchParams.get('sslmode') ?? '');
  if (meant !== undefined && searchParams.get('uselibpqcompat') !== 'true') searchParams.set('sslmode', meant);
  const config = parse(url.href) as unknown as ClientConfig;
  const name = decodeURIComponent(url.pathname.slice(1));
  return name === '' ? config : { ...config, database: name };
}

/**
 * `prefer` and `allow`, decided for this process as libpq decides them for each connection: TLS
 * without proof of who the server is where it offers TLS, else none.
 */
export async function decideTls(databaseUrl: string, connectTimeoutMs: number): Promise<string> {
  const url = parseUrl(databaseUrl);
  if (url === null || !PREFERRING.has(url.searchParams.get('sslmode') ?? '')) return databaseUrl;
  url.searchParams.delete('uselibpqcompat');
  url.searchParams.set('sslmode', 'no-verify');
  if (!(await isTlsRefused(url.href, connectTimeoutMs))) return url.href;
  url.searchParams.set('sslmode', 'disable');
  return url.href;
}

async function isTlsRefused(databaseUrl: string, connectionTimeoutMillis: number): Promise<boolean> {
  const client = new Client({ ...toClientConfig(databaseUrl), connectionTimeoutMillis });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return false;
  } catch (error) {
    return isWithoutTls(error) || isTlsFailure(error) || findSqlState(error) === NOT_ALLOWED_IN;
  } finally {
    await client.end();
  }
}

export function isWithoutTls(error: unknown): boolean {
  return error instanceof Error && error.message === 'The server does not support SSL connections';
}

export function isTlsFailure(error: unknown): boolean {
  return /^(ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO$|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/.test(
    findErrorCode(error) ?? '',
  );
}

const NOT_ALLOWED_IN = '28000';

/** How the driver is to take each mode: `require` proves the server. */
const SSL_MODES: ReadonlyMap<string, string> = new Map([
  ['disable', 'disable'],
  ['allow', 'no-verify'],
  ['prefer', 'no-verify'],
  ['require', 'verify-full'],
  ['verify-ca', 'verify-full'],
  ['verify-full', 'verify-full'],
  ['no-verify', 'no-verify'],
]);
const PREFERRING: ReadonlySet<string> = new Set(['allow', 'prefer']);

const SCHEMA_PARAMETERS = ['schema', 'currentSchema', 'search_path'];
const FILE_PARAMETERS = ['sslrootcert', 'sslcert', 'sslkey'];
const TLS_PARAMETERS = ['ssl', 'sslmode', 'sslnegotiation', 'uselibpqcompat', ...FILE_PARAMETERS];
const TIMEOUT_PARAMETERS = [
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'query_timeout',
];
const KNOWN_PARAMETERS: ReadonlySet<string> = new Set([
  'user',
  'password',
  'host',
  'port',
  'options',
  'application_name',
  'fallback_application_name',
  'client_encoding',
  ...TLS_PARAMETERS,
  ...TIMEOUT_PARAMETERS,
]);

function assertDecodable(databaseUrl: string, setting: string): void {
  try {
    decodeURIComponent(databaseUrl);
  } catch {
    throw new StoreStartError(`${setting} holds a percent sign that encodes no character. Write it as %25.`);
  }
}

function assertReadable(what: string, file: string | null): void {
  if (file === null) return;
  try {
    accessSync(file, constants.R_OK);
  } catch (cause) {
    throw new StoreStartError(
      `The ${what} names a file that can not be read (${findErrorCode(cause) ?? 'unknown reason'}).`,
      { cause },
    );
  }
}
