import { Client } from 'pg';
import { systemClock } from '../../../src/shared/clock.js';
import { openStore } from '../../../src/store/open-store.js';
import { createPgDatabase, DEFAULT_POOL } from '../../../src/store/database/pg.database.js';
import { warnOfStandbys } from '../../../src/store/database/server-checks.js';
import { createLineLog, type LogLine } from '../../support/log-lines.js';
import { serverOptions } from '../support/test-store-options.js';
import { useOwnPostgres } from '../support/test-stores.js';

const WARNING = 'store.standby-may-lag';

describe('a start on a database that others follow', () => {
  const server = useOwnPostgres();
  let databaseUrl: string;
  beforeAll(async () => {
    databaseUrl = await server().createDatabase();
  });

  /** As a standby does, for as long as the work takes. */
  async function following<T>(work: () => Promise<T>): Promise<T> {
    const client = new Client({ connectionString: databaseUrl, ...{ replication: 'true' } });
    await client.connect();
    try {
      return await work();
    } finally {
      await client.end();
    }
  }

  async function warningsOfStart(): Promise<LogLine[]> {
    const { log, lines } = createLineLog();
    await (await openStore({ ...serverOptions(databaseUrl), log })).close();
    return lines(WARNING);
  }

  /** Without a write, which a named standby would keep waiting. */
  async function warningsOfCheck(): Promise<LogLine[]> {
    const { log, lines } = createLineLog();
    const database = createPgDatabase({ databaseUrl, pool: DEFAULT_POOL, clock: systemClock, log });
    await warnOfStandbys(database, log);
    await database.close();
    return lines(WARNING);
  }

  it('warns that a standby may lack the last payments, with what to do', async () => {
    expect(await following(warningsOfStart)).toMatchObject([
      { level: 'warn', standbys: 1, advice: expect.stringContaining('synchronous_standby_names') as string },
    ]);
  });

  it('says nothing where nobody follows', async () => {
    expect(await warningsOfStart()).toEqual([]);
  });

  it('says nothing where a standby is named that has each commit before it is answered', async () => {
    await server().sql(databaseUrl, `ALTER SYSTEM SET synchronous_standby_names = 'walreceiver'`);
    await server().sql(databaseUrl, 'SELECT pg_reload_conf()');

    const warnings = await following(warningsOfCheck);

    await server().sql(databaseUrl, 'ALTER SYSTEM RESET synchronous_standby_names');
    await server().sql(databaseUrl, 'SELECT pg_reload_conf()');
    expect(warnings).toEqual([]);
  });
});

describe('a start with a way past the pooler', () => {
  const server = useOwnPostgres();

  it('warns where that way is for everybody to read', async () => {
    const { log, lines } = createLineLog();
    const listenUrl = 'postgres://gateway:secret@db.internal/payments';

    await (await openStore({ ...serverOptions(await server().createDatabase()), listenUrl, log })).close();

    expect(lines('store.unencrypted')).toHaveLength(1);
  });
});
