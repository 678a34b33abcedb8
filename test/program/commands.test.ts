import { closeSync, existsSync, openSync } from 'node:fs';
import { newDataDir, usePostgres } from '../store/support/test-stores.js';
import { TEST_WEBHOOK_SECRET } from '../support/signed-webhook.js';
import { startWebhookEndpoint } from '../support/webhook-endpoint.js';
import { findFreePort } from '../support/free-port.js';
import { run, startProgram } from '../support/gateway/program.js';

const OPERATOR_COMMANDS = ['commands/migrate-database.js', 'commands/payments-flagged.js'];
const DEVELOPMENT_COMMANDS = ['dev/dev-token.js', 'dev/send-webhook.js'];

describe('a command for operators', () => {
  const server = usePostgres();
  const tablesOf = (databaseUrl: string) =>
    server().sql(databaseUrl, `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace`);

  it('payments:flagged makes no tables, and says that there are none', async () => {
    const databaseUrl = await server().createDatabase();

    expect(await run('commands/payments-flagged.js', { env: { DATABASE_URL: databaseUrl } })).toEqual({
      code: 1,
      output: '',
      errors: expect.stringMatching(
        /^The database lacks migrations \(it has 0 of \d+\)\. Correct DATABASE_URL, or run "npm run db:migrate"\.\n$/,
      ) as unknown,
    });
    expect(await tablesOf(databaseUrl)).toEqual([]);
  });

  it('payments:flagged reads a database that was migrated', async () => {
    const env = { DATABASE_URL: await server().createDatabase() };
    const migrated = await run('commands/migrate-database.js', { env });

    expect(migrated).toMatchObject({ code: 0, output: expect.stringContaining('applied baseline\n') as unknown });
    expect(await run('commands/payments-flagged.js', { env })).toEqual({
      code: 0,
      output: 'No payment needs a person.\n',
      errors: '',
    });
  });

  it('payments:flagged makes no embedded store', async () => {
    const dataDir = newDataDir();

    expect(await run('commands/payments-flagged.js', { env: { DATA_DIR: dataDir } })).toEqual({
      code: 1,
      output: '',
      errors:
        `There is no store in ${dataDir}. ` +
        'Set DATABASE_URL to the database of the gateway, or DATA_DIR to its data folder.\n',
    });
    expect(existsSync(dataDir)).toBe(false);
  });

  it('db:migrate asks which database is meant', async () => {
    const dataDir = newDataDir();

    expect(await run('commands/migrate-database.js', { env: { DATA_DIR: dataDir } })).toEqual({
      code: 1,
      output: '',
      errors:
        'DATABASE_URL is not set: it says which database to migrate. The embedded store is migrated by the ' +
        'gateway at its start.\n',
    });
    expect(existsSync(dataDir)).toBe(false);
  });

  it.each([
    ['[::1]', '::1'],
    ['::1', '::1'],
    ['0.0.0.0', '127.0.0.1'],
  ])('webhook:send goes to the gateway at HOST %s', async (host, address) => {
    const port = await findFreePort();
    const env = { HOST: host, AUTH_MODE: 'jwt', PORT: String(port) };

    const { code, output } = await run('dev/send-webhook.js', {
      env,
      args: ['order.succeeded', '--order', 'o_1'],
    });

    expect([code, output]).toEqual([1, `The event was not delivered: connect ECONNREFUSED ${address}:${port}\n`]);
  });

  describe('whose output can not be written', () => {
    let full: number;
    beforeEach(() => {
      full = openSync('/dev/full', 'w');
    });
    afterEach(() => {
      closeSync(full);
    });

    const sentence = 'The output can not be written (ENOSPC): what this command was to tell is missing.\n';

    it('payments:flagged ends neither with the code of an empty list nor with that of a full one', async () => {
      const env = { DATABASE_URL: await server().createDatabase() };
      await run('commands/migrate-database.js', { env });

      const { code, errors } = await run('commands/payments-flagged.js', { env, stdout: full });

      expect([code, errors]).toEqual([4, sentence]);
    });

    it('webhook:send says so, and does not say that the event was refused', async () => {
      const endpoint = await startWebhookEndpoint(Date.now());
      const args = ['order.succeeded', '--order', 'o_1', '--url', endpoint.url, '--secret', TEST_WEBHOOK_SECRET];

      const { code, errors } = await run('dev/send-webhook.js', { args, stdout: full });

      await endpoint.close();
      expect([code, errors]).toEqual([4, sentence]);
      expect(endpoint.inbox.events.size).toBe(1);
    });

    it('token says so', async () => {
      const env = { DATA_DIR: newDataDir() };

      const { code, errors } = await run('dev/dev-token.js', { args: ['--customer', 'c_1'], env, stdout: full });

      expect([code, errors]).toEqual([4, sentence]);
    });

    it('db:migrate says so, and has migrated', async () => {
      const env = { DATABASE_URL: await server().createDatabase() };

      const { code, errors } = await run('commands/migrate-database.js', { env, stdout: full });

      expect([code, errors]).toEqual([4, sentence]);
      expect(await run('commands/migrate-database.js', { env })).toMatchObject({
        output: 'The schema was up to date.\n',
      });
    });

    it.each(['main.js', ...OPERATOR_COMMANDS, ...DEVELOPMENT_COMMANDS])('%s --help says so', async (file) => {
      const { code, errors } = await run(file, { args: ['--help'], stdout: full });

      expect([code, errors]).toEqual([4, sentence]);
    });
  });

  it('payments:flagged tells a reader that has gone apart from an empty list', async () => {
    const env = { DATABASE_URL: await server().createDatabase() };
    await run('commands/migrate-database.js', { env });
    const program = startProgram('commands/payments-flagged.js', { env });
    program.child.stdout?.destroy();

    expect(await program.ended).toBe(4);
    expect(program.errors.text).toContain('(EPIPE)');
  });

  it.each([
    { file: 'commands/payments-flagged.js', argument: '--help', code: 0 },
    { file: 'commands/migrate-database.js', argument: '--help', code: 0 },
    { file: 'commands/migrate-database.js', argument: '--dry-run', code: 2 },
    { file: 'dev/dev-token.js', argument: '--help', code: 0 },
    { file: 'dev/send-webhook.js', argument: '--help', code: 0 },
  ])('$file $argument does nothing', async ({ file, argument, code }) => {
    const databaseUrl = await server().createDatabase();
    const dataDir = newDataDir();

    const ended = await run(file, {
      args: [argument],
      env: { DATABASE_URL: databaseUrl, DATA_DIR: dataDir },
    });

    expect(ended.code).toBe(code);
    expect(code === 0 ? ended.output : ended.errors).toContain('npm run ');
    expect(await tablesOf(databaseUrl)).toEqual([]);
    expect(existsSync(dataDir)).toBe(false);
  });
});
