import type { Config } from '../config/config.js';
import { openStore, type EmbeddedDatabase, type Store } from '../store/open-store.js';
import type { CompositionDeps } from './composition-deps.js';

/** Opens the PostgreSQL database that is configured, else (never in production) the embedded one. */
export async function openConfiguredStore({ config, clock, log }: CompositionDeps): Promise<Store> {
  return openStore({ ...config.store, embedded: await loadEmbedded(config), clock, log });
}

async function loadEmbedded({ store }: Config): Promise<EmbeddedDatabase | null> {
  if (store.databaseUrl !== null) return null;
  return (await import('../dev/embedded-store/pglite.database.js')).EMBEDDED_DATABASE;
}
