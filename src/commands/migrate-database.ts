import { readConfig } from '../config/config.js';
import { systemClock } from '../shared/clock.js';
import { createLog } from '../shared/log/log.js';
import { migrateStore } from '../store/open-store.js';
import { takeNoArguments } from './arguments.js';
import { print, runCommand } from '../shared/command-output.js';

const USAGE = `Brings the schema of the database in DATABASE_URL up to date: npm run db:migrate

For deployments whose gateways may not do so themselves at their start.`;

async function migrateDatabase(): Promise<number> {
  takeNoArguments(USAGE);
  const { store } = readConfig();
  if (store.databaseUrl === null)
    throw new Error(
      'DATABASE_URL is not set: it says which database to migrate. ' +
        'The embedded store is migrated by the gateway at its start.',
    );
  const applied = await migrateStore({ ...store, embedded: null, clock: systemClock, log: createLog('warn') });
  print(applied.length === 0 ? 'The schema was up to date.\n' : applied.map((name) => `applied ${name}\n`).join(''));
  return 0;
}

runCommand(migrateDatabase);
