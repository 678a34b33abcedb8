import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newDataDir, usePostgres } from '../store/support/test-stores.js';
import { production } from '../support/settings.js';
import { GatewayProcess } from '../support/gateway/gateway-process.js';
import { ROOT } from '../support/gateway/program.js';

const PRELOAD = join(__dirname, 'list-loaded-modules.cjs');
const DEVELOPMENT_ONLY = [
  join('dist', 'dev'),
  join('node_modules', '@electric-sql', 'pglite'),
  join('node_modules', 'qrcode'),
];

describe('what is for development only', () => {
  const server = usePostgres();
  const folder = mkdtempSync(join(tmpdir(), 'gateway-modules-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** The modules that a gateway has loaded from its start to its end, by their paths from the root of the project. */
  async function modulesOf(env: Readonly<Record<string, string>>): Promise<string[]> {
    const file = join(folder, 'modules.json');
    const gateway = new GatewayProcess({ preload: PRELOAD, env: { ...env, LOADED_MODULES_FILE: file } });
    await gateway.start();
    // What is loaded with the first request counts as well.
    expect((await fetch(`${gateway.url}/readyz`)).ok).toBe(true);
    gateway.send('SIGTERM');
    expect(await gateway.ended).toBe(0);
    const paths = JSON.parse(readFileSync(file, 'utf8')) as string[];
    return paths.map((path) => path.slice(ROOT.length + 1));
  }

  const foldersLoaded = (modules: readonly string[]) =>
    DEVELOPMENT_ONLY.filter((start) => modules.some((path) => path.startsWith(`${start}/`)));

  it('is not loaded by a start in production', async () => {
    const modules = await modulesOf({ ...production, DATABASE_URL: await server().createDatabase() });

    expect(modules).toContain(join('dist', 'http', 'server.js'));
    expect(modules.filter((path) => path.includes('pg/lib/'))).not.toEqual([]);
    expect(foldersLoaded(modules)).toEqual([]);
  });

  it('is loaded by a start in development', async () => {
    const modules = await modulesOf({ DATA_DIR: newDataDir() });

    expect(modules).toContain(join('dist', 'http', 'server.js'));
    expect(foldersLoaded(modules)).toEqual(DEVELOPMENT_ONLY);
  });
});
