import { readConfig } from '../config.js';
import { systemClock } from '../shared/clock.js';
import { createLog } from '../shared/log.js';
import { migrateStore } from '../store/open-store.js';

/** Brings the database's schema up to date, for deployments whose gateways may not. */
async function migrateDatabase(): Promise<void> {
  const config = readConfig();
  const applied = await migrateStore({ ...config.store, clock: systemClock, log: createLog('warn') });
  process.stdout.write(
    applied.length === 0 ? 'The schema was up to date.\n' : applied.map((name) => `applied ${name}\n`).join(''),
  );
}

migrateDatabase().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'unknown reason'}\n`);
  process.exitCode = 1;
});
