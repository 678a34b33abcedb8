import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { welcome } from '../../src/dev/welcome.js';
import { startGateway, type Gateway, type GatewayPart } from '../support/gateway/gateway.js';

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
  let gateway: Pick<Gateway, 'url' | 'close'> | undefined;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "it's-"));
  });
  afterEach(async () => {
    await gateway?.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function start<Part extends GatewayPart>(
    env: Readonly<Record<string, string>>,
    parts: readonly Part[] = [],
  ): Promise<{ text: string; started: Gateway<Part | 'embedded'> }> {
    const started = await startGateway<Part | 'embedded'>({
      with: [...parts, 'embedded'],
      env: { DATA_DIR: dataDir, ...env },
    });
    gateway = started;
    return { text: welcome(started, started.config), started };
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
    expect(text).toContain(`Places                              ${gateway?.url ?? ''}/\n`);
    expect(await follow(text)).toMatchObject(PAID);
  });

  it('make one with a token that the issuer has given', async () => {
    const { text, started } = await start({}, ['tokens']);
    expect(text).toContain("Make a payment with a customer's access token in TOKEN");
    expect(await follow(text, { TOKEN: started.issuer.token() })).toMatchObject(PAID);
  });
});
