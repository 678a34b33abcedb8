import pino from 'pino';
import { systemClock } from '../../../src/shared/clock.js';
import { openStore, type StoreOptions } from '../../../src/store/open-store.js';
import { createPgDatabase, DEFAULT_POOL, leavesUnencrypted } from '../../../src/store/database/pg.database.js';
import { findObstacle } from '../../../src/store/start-checks.js';
import { StoreStartError } from '../../../src/store/database/start-error.js';
import { claimedPayment, newUpdate } from '../support/payments.fixture.js';
import { embeddedOptions, serverOptions, silentLog } from '../support/test-store-options.js';
import { newDataDir, useOwnPostgres } from '../support/test-stores.js';

describe('openStore', () => {
  const server = useOwnPostgres();

  async function urlWith(change: (url: URL) => void): Promise<string> {
    const url = new URL(await server().createDatabase());
    change(url);
    return url.href;
  }

  async function failureOf(databaseUrl: string): Promise<unknown> {
    try {
      await (await openStore(serverOptions(databaseUrl))).close();
      return null;
    } catch (error) {
      return error;
    }
  }

  it('says where it looked for a database that is not there', async () => {
    const databaseUrl = await urlWith((url) => {
      url.port = '1';
    });

    expect(await failureOf(databaseUrl)).toEqual(
      new StoreStartError(
        'The database at 127.0.0.1:1 can not be reached (ECONNREFUSED). Start it, or correct DATABASE_URL.',
      ),
    );
  });

  it('says that the password is wrong without saying the password', async () => {
    const databaseUrl = await urlWith((url) => {
      url.password = 'hunter2hunter2';
    });

    const failure = await failureOf(databaseUrl);

    expect(failure).toEqual(
      new StoreStartError(
        `The database at 127.0.0.1:${server().port} does not let user "postgres" in: wrong password, ` +
          'or not allowed from here. Correct DATABASE_URL.',
      ),
    );
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('hunter2');
  });

  it('says which database the server does not have', async () => {
    const databaseUrl = await urlWith((url) => {
      url.pathname = '/nowhere';
    });

    expect(await failureOf(databaseUrl)).toEqual(
      new StoreStartError(
        `The database server at 127.0.0.1:${server().port} has no database "nowhere". ` +
          'Create it, or correct DATABASE_URL.',
      ),
    );
  });

  it.each(['localhost:5432/payments', 'mysql://localhost/payments', 'payments'])(
    'says what a URL of a database looks like instead of %s',
    async (databaseUrl) => {
      expect(await failureOf(databaseUrl)).toEqual(
        new StoreStartError(
          'DATABASE_URL is not a PostgreSQL URL. It must look like postgres://user:password@host:5432/database.',
        ),
      );
    },
  );

  it.each([
    'postgres://gateway:canary%@127.0.0.1:1/payments',
    'postgres://gate%way:canary@127.0.0.1:1/payments',
    'postgres://gateway:canary%E0%A4@127.0.0.1:1/payments',
    'postgres://gateway:canary@127.0.0.1:1/pay%E0ments',
  ])('says how to write a percent sign instead of the one in %s, without saying more of it', async (databaseUrl) => {
    expect(await failureOf(databaseUrl)).toEqual(
      new StoreStartError('DATABASE_URL holds a percent sign that encodes no character. Write it as %25.'),
    );
  });

  it('refuses a read-only database', async () => {
    const databaseUrl = await server().createDatabase();
    const { pathname } = new URL(databaseUrl);
    await server().sql(databaseUrl, `ALTER DATABASE ${pathname.slice(1)} SET default_transaction_read_only = on`);

    expect(await failureOf(databaseUrl)).toEqual(
      new StoreStartError(
        'The database is read-only, and no payment may be sent without writing it down first. ' +
          'Turn default_transaction_read_only off for this user and database, or point DATABASE_URL to ' +
          'another.',
      ),
    );
  });

  it('says how to migrate where its user may not', async () => {
    const databaseUrl = await urlWith((url) => {
      url.username = 'clerk';
      url.password = 'clerk';
    });
    await server().sql(await server().createDatabase(), `CREATE ROLE clerk LOGIN PASSWORD 'clerk'`);

    expect(await failureOf(databaseUrl)).toEqual(
      new StoreStartError(
        'The database lacks migrations and its user may not create tables. ' +
          'Run "npm run db:migrate" with DATABASE_URL naming a user who may, then start again.',
      ),
    );
  });

  it('opens a migrated database for a user who may only read and write', async () => {
    const owner = await server().createDatabase();
    await (await openStore(serverOptions(owner))).close();
    await server().sql(
      owner,
      `CREATE ROLE teller LOGIN PASSWORD 'teller'; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN ` +
        'SCHEMA public TO teller',
    );
    const teller = new URL(owner);
    teller.username = 'teller';
    teller.password = 'teller';

    expect(await failureOf(teller.href)).toBeNull();
  });

  it.each(['Pacific/Kiritimati', 'Etc/GMT+12'])('reads the edges of time in a database set to %s', async (zone) => {
    const databaseUrl = await urlWith((url) => {
      url.searchParams.set('options', `-c TimeZone=${zone}`);
    });
    const store = await openStore(serverOptions(databaseUrl));
    const [paymentId, past, future] = [await claimedPayment(store), newUpdate(), newUpdate({ providerTimeMs: 9e15 })];

    await store.payments.record(paymentId, { ...past, state: 'PENDING', providerTimeMs: -1 });
    const { providerTimeMs, timeline } = await store.payments.record(paymentId, future);
    await store.close();

    const lastMs = Date.parse('9999-12-30T23:59:59.999Z');
    expect(providerTimeMs).toBe(lastMs);
    expect(timeline.map(({ occurredAtMs }) => occurredAtMs)).toEqual([0, expect.any(Number), lastMs]);
  });

  describe('where commits are not on disk at once', () => {
    async function levelsOf(options: StoreOptions): Promise<unknown[]> {
      const lines: string[] = [];
      const log = pino({ level: 'trace' }, { write: (line) => lines.push(line) });
      await (await openStore({ ...options, log })).close();
      const entries = lines.map((line) => JSON.parse(line) as { level: number; msg: string });
      return entries.filter(({ msg }) => msg === 'store.fsync-off').map(({ level }) => pino.levels.labels[level]);
    }

    it('warns of a server', async () => {
      const databaseUrl = await server().createDatabase();
      const reload = async (change: string): Promise<void> => {
        await server().sql(databaseUrl, change);
        await server().sql(databaseUrl, 'SELECT pg_reload_conf()');
      };
      await reload('ALTER SYSTEM SET fsync = off');

      const levels = await levelsOf(serverOptions(databaseUrl));

      await reload('ALTER SYSTEM RESET fsync');
      expect(levels).toEqual(['warn']);
    });

    it('bothers nobody who tries the embedded store', async () => {
      expect(await levelsOf(embeddedOptions(newDataDir()))).toEqual(['debug']);
    });
  });

  describe('where the connection to a server is not encrypted', () => {
    async function warningsOf(databaseUrl: string): Promise<string[]> {
      const lines: string[] = [];
      const log = pino({ level: 'warn' }, { write: (line) => lines.push(line) });
      await (await openStore({ ...serverOptions(databaseUrl), log })).close();
      return lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
    }

    it('warns when it may leave the machine', async () => {
      // A name of this machine that is none of those which can only be its own.
      const databaseUrl = await urlWith((url) => {
        url.hostname = '0.0.0.0';
      });
      expect(await warningsOf(databaseUrl)).toEqual(['store.unencrypted']);
    });

    it('says nothing when it stays on the machine', async () => {
      expect(await warningsOf(await server().createDatabase())).toEqual([]);
    });
  });

  it('commits to disk before it answers, whatever the default of the database is', async () => {
    const databaseUrl = await server().createDatabase();
    await server().sql(databaseUrl, 'ALTER ROLE postgres SET synchronous_commit = off');
    const database = createPgDatabase({ databaseUrl, pool: DEFAULT_POOL, clock: systemClock, log: silentLog });

    const [row] = await database.query(
      `SELECT current_setting('synchronous_commit') AS commits, current_setting('statement_timeout') AS statements,
              current_setting('lock_timeout') AS locks`,
      [],
    );

    await database.close();
    await server().sql(databaseUrl, 'ALTER ROLE postgres RESET synchronous_commit');
    expect(row).toEqual({ commits: 'on', statements: '3s', locks: '2s' });
  });
});

describe('leavesUnencrypted', () => {
  it.each([
    ['postgres://u:p@db.example/x', true],
    ['postgres://u:p@db.example/x?sslmode=disable', true],
    ['postgres://u:p@db.example/x?ssl=0', true],
    ['postgres://127.0.0.1/x?host=db.example', true],
    ['postgres://u:p@db.example/x?sslmode=verify-full', false],
    ['postgres://u:p@db.example/x?sslmode=no-verify', false],
    ['postgres://u:p@db.example/x?ssl=true', false],
    ['postgres://u:p@localhost/x?sslmode=disable', false],
    ['postgres://u:p@[::1]/x', false],
    ['postgres:///x?host=/run/postgresql', false],
  ])('of %s: %p', (databaseUrl, leaves) => {
    expect(leavesUnencrypted(databaseUrl)).toBe(leaves);
  });
});

describe('findObstacle', () => {
  const usable = { version: 13, is_standby: false, is_read_only: false, encoding: 'UTF8', syncs: true };

  it.each([
    { state: usable, obstacle: null },
    {
      state: { ...usable, version: 12 },
      obstacle:
        'The database is PostgreSQL 12; the gateway needs 13 or newer. Upgrade it, or point DATABASE_URL to another.',
    },
    {
      state: { ...usable, is_standby: true },
      obstacle: 'The database is a standby and takes no writes. Point DATABASE_URL to the primary.',
    },
    {
      state: { ...usable, encoding: 'SQL_ASCII' },
      obstacle:
        'The database does not keep text as UTF-8, so it can not hold every input. Create one with ENCODING UTF8.',
    },
  ])('says $obstacle', ({ state, obstacle }) => {
    expect(findObstacle(state)).toBe(obstacle);
  });
});
