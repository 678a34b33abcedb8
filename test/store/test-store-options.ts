import pino from 'pino';
import { systemClock } from '../../src/shared/clock.js';
import type { StoreOptions } from '../../src/store/open-store.js';

export const silentLog = pino({ level: 'silent' });

/** Options of a store on a server. */
export function serverOptions(databaseUrl: string, pool: StoreOptions['pool'] = {}): StoreOptions {
  return { databaseUrl, dataDir: '/nonexistent', clock: systemClock, log: silentLog, pool };
}

/** Options of an embedded store. */
export function embeddedOptions(dataDir: string): StoreOptions {
  return { databaseUrl: null, dataDir, clock: systemClock, log: silentLog };
}
