import { integer, refuse, text, type Environment } from './environment.js';
import { parseUrl } from '../shared/net/url.js';

export interface StoreConfig {
  readonly databaseUrl: string | null;
  /** The same database past a pooler that keeps no LISTEN; null: there is none. */
  readonly listenUrl: string | null;
  readonly dataDir: string;
  readonly pool: {
    readonly maxConnections: number;
  };
}

export function readStoreConfig(env: Environment): StoreConfig {
  const databaseUrl = text(env, 'DATABASE_URL');
  return {
    databaseUrl,
    listenUrl: readListenUrl(env, databaseUrl),
    dataDir: text(env, 'DATA_DIR') ?? '.data',
    pool: { maxConnections: integer(env, 'DATABASE_POOL_SIZE') },
  };
}

function readListenUrl(env: Environment, databaseUrl: string | null): string | null {
  const listenUrl = text(env, 'DATABASE_LISTEN_URL');
  if (listenUrl === null) return null;
  if (databaseUrl === null) return refuse(env, 'DATABASE_LISTEN_URL is of no use without DATABASE_URL.', null);
  if (isDatabaseUrl(listenUrl)) return listenUrl;
  return refuse(
    env,
    'DATABASE_LISTEN_URL must look like postgres://user:password@host:5432/database, with % written as %25.',
    null,
  );
}

function isDatabaseUrl(value: string): boolean {
  const url = parseUrl(value);
  if (url === null || !['postgres:', 'postgresql:'].includes(url.protocol)) return false;
  try {
    decodeURIComponent(value);
    return true;
  } catch {
    return false;
  }
}
