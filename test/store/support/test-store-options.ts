import pino from 'pino';
import { systemClock } from '../../../src/shared/clock.js';
import { EMBEDDED_DATABASE } from '../../../src/dev/embedded-store/pglite.database.js';
import type { StoreOptions } from '../../../src/store/open-store.js';
import type { PoolOptions } from '../../../src/store/database/pg.database.js';

export const silentLog = pino({ level: 'silent' });

/** Suites share the machine: unless a test sets a time, none of the store's own ends a statement or a wait. */
const PATIENT: Partial<PoolOptions> = {
  queueTimeoutMs: 120_000,
  connectTimeoutMs: 120_000,
  statementTimeoutMs: 120_000,
  lockTimeoutMs: 120_000,
};

export function serverOptions(databaseUrl: string, pool: StoreOptions['pool'] = {}): StoreOptions {
  return {
    databaseUrl,
    embedded: null,
    dataDir: '/nonexistent',
    clock: systemClock,
    log: silentLog,
    pool: { ...PATIENT, ...pool },
  };
}

export function embeddedOptions(dataDir: string): StoreOptions {
  return { databaseUrl: null, embedded: EMBEDDED_DATABASE, dataDir, clock: systemClock, log: silentLog };
}
