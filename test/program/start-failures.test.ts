import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { newDataDir, usePostgres } from '../store/support/test-stores.js';
import { GatewayProcess } from '../support/gateway/gateway-process.js';
import { run } from '../support/gateway/program.js';

describe('a gateway that can not start says why in one sentence, and ends', () => {
  const server = usePostgres();
  const taken = createServer();
  let takenPort = '';
  beforeAll(async () => {
    takenPort = await new Promise((resolve) => {
      taken.listen(0, '127.0.0.1', () => {
        resolve(String((taken.address() as { port: number }).port));
      });
    });
  });
  afterAll(() => taken.close());

  const failureOf = async (env: Record<string, string>, args: string[] = []) => {
    const { code, errors } = await run('main.js', {
      env: { DATABASE_URL: await server().createDatabase(), PORT: '0', SANDBOX_PORT: '0', ...env },
      args,
    });
    return { code, errors };
  };
  const sentence = (text: string) => ({ code: 1, errors: `The gateway did not start. ${text}\n` });

  it.each(['PORT', 'SANDBOX_PORT'])('%s in use', async (setting) => {
    expect(await failureOf({ [setting]: takenPort })).toEqual(
      sentence(`Port ${takenPort} is in use (EADDRINUSE): stop what listens there, or set ${setting} to another.`),
    );
  });

  it('HOST that is no address of this machine', async () => {
    const settings = { HOST: '192.0.2.1', AUTH_MODE: 'jwt' };

    expect(await failureOf({ ...settings, DATA_DIR: newDataDir() })).toEqual(
      sentence(
        '"192.0.2.1" is no address of this machine (EADDRNOTAVAIL): set HOST to one, such as 127.0.0.1, or ' +
          '0.0.0.0 for all.',
      ),
    );
  });

  it.each([
    { title: 'below a file', code: 'ENOTDIR', make: () => fileAt(newDataDir()) },
    { title: 'in a folder where none can be made', code: 'ENOENT', make: () => '/proc/gateway/data' },
  ])('DATA_DIR $title', async ({ make, code }) => {
    const dataDir = join(make(), 'data');

    expect(await failureOf({ DATABASE_URL: '', DATA_DIR: dataDir })).toEqual(
      sentence(
        `The data folder ${dataDir} can not be used (${code}): set DATA_DIR to a folder that this user may write in.`,
      ),
    );
    expect(await failureOf({ DATA_DIR: dataDir, AUTH_MODE: 'jwt' })).toEqual(
      sentence(
        `The data folder ${dataDir} can not be used (${code}): set DATA_DIR to a folder that this user may write in.`,
      ),
    );
  });

  function fileAt(path: string): string {
    const file = join(dirname(path), 'file');
    writeFileSync(file, '');
    return file;
  }

  it.each([['--help', 0] as const, ['--port=80', 2] as const])('argument %s', async (argument, code) => {
    const { code: ended, output } = await run('main.js', { args: [argument], env: { PORT: '0', SANDBOX_PORT: '0' } });

    expect(ended).toBe(code);
    expect(output).not.toContain('gateway.started');
  });

  it('starts with an address of IPv6 in brackets', async () => {
    const env = { DATABASE_URL: await server().createDatabase(), HOST: '[::1]' };
    const gateway = await new GatewayProcess({ env }).start();

    expect((await fetch(`${gateway.url}/readyz`)).ok).toBe(true);
    expect(gateway.output).toContain('"url":"http://[::1]:');
    await gateway.close();
  });
});
