import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startApp, type App } from '../../src/app.js';
import { readConfig, type Config } from '../../src/config/config.js';
import { createLog } from '../../src/shared/log/log.js';
import { welcome } from '../../src/dev/welcome.js';
import { startIssuer } from '../security/support/issuer.js';
import { copyEmbeddedDatabase } from '../support/templates.js';

const run = promisify(execFile);

/**
 * A curl that prints its arguments, and tokens from the command as it is built. A word in brackets
 * that names no file is an error, as in zsh.
 */
const SHELL = `set -e; shopt -s failglob
npm() { shift 4; node dist/dev/dev-token.js "$@"; }
curl() { node -e 'console.log(JSON.stringify(process.argv.slice(1)))' -- "$@"; }
`;

/** Runs the lines that a welcome shows, and sends what curl would send. */
async function follow(text: string, env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const lines = text.split('\n').filter((line) => /^(?:TOKEN=|curl )/.test(line));
  const { stdout } = await run('bash', ['-c', SHELL + lines.join('\n')], { env: { ...process.env, ...env } });
  const words = JSON.parse(stdout) as string[];
  const valuesOf = (option: string) => words.flatMap((word, index) => (words[index - 1] === option ? [word] : []));
  const headers = valuesOf('-H').map((header) => header.split(': ', 2) as [string, string]);
  const response = await fetch(words[1] ?? '', { method: 'POST', headers, body: valuesOf('-d')[0] });
  return response.json();
}

const PAID = { data: { createPayment: { __typename: 'CreatePaymentSuccess', payment: { status: 'SUCCEEDED' } } } };

describe('the lines that a start shows', () => {
  let dataDir: string;
  let app: App | undefined;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "it's-"));
    await copyEmbeddedDatabase(dataDir);
  });
  afterEach(async () => {
    await app?.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function start(env: Readonly<Record<string, string>>): Promise<{ text: string; config: Config }> {
    const config = readConfig({ PORT: '0', SANDBOX_PORT: '0', LOG_LEVEL: 'silent', DATA_DIR: dataDir, ...env });
    app = await startApp(config, createLog(config.logLevel));
    return { text: welcome(app, config), config };
  }

  it('make a payment', async () => {
    const { text } = await start({});
    expect(await follow(text)).toMatchObject(PAID);
  });

  it('make a payment where the address is one of IPv6', async () => {
    const { text } = await start({ HOST: '[::1]' });
    expect(text).toContain(`curl -s 'http://[::1]:`);
    expect(await follow(text)).toMatchObject(PAID);
  });

  it('make one with a token of this machine where tokens are wanted, and never show the router’s secret', async () => {
    const routerSecret = 'canary-of-thirty-two-characters-or-more';
    const { text } = await start({ AUTH_MODE: 'jwt', ROUTER_SECRET: routerSecret });
    expect(text).not.toContain(routerSecret);
    expect(await follow(text, { ROUTER_SECRET: routerSecret })).toMatchObject(PAID);
  });

  it('make one by the id of a listed operation where only those are taken, and list no explorer', async () => {
    const { text } = await start({ PERSISTED_OPERATIONS: 'only' });
    expect(text).not.toMatch(/\/(?:demo|graphiql)\b/);
    expect(text).toContain(`Places                              ${app?.url ?? ''}/\n`);
    expect(await follow(text)).toMatchObject(PAID);
  });

  it('make one with a token that the issuer has given', async () => {
    const issuer = await startIssuer();
    const { text } = await start({
      AUTH_MODE: 'jwt',
      AUTH_JWKS_URL: issuer.jwksUrl,
      AUTH_ISSUER: issuer.issuer,
      AUTH_AUDIENCE: 'payments-test',
    });
    expect(text).toContain("Make a payment with a customer's access token in TOKEN");
    expect(await follow(text, { TOKEN: issuer.token() })).toMatchObject(PAID);
    await issuer.close();
  });
});
