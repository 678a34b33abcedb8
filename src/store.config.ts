import { integer, text, type Environment } from './environment.js';

/** Where payments are kept. */
export interface StoreConfig {
  /** Null: the embedded store in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly pool: {
    readonly maxConnections: number;
  };
}

const DEFAULT_POOL_SIZE = 10;

export function readStoreConfig(env: Environment): StoreConfig {
  return {
    ...{ databaseUrl: text(env, 'DATABASE_URL'), dataDir: text(env, 'DATA_DIR') ?? '.data' },
    pool: { maxConnections: integer(env, 'DATABASE_POOL_SIZE', { fallback: DEFAULT_POOL_SIZE, min: 1, max: 1_000 }) },
  };
}
