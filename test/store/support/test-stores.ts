import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../../../src/store/open-store.js';
import { copyEmbeddedDatabase } from '../../support/templates.js';
import { sharedPostgres, startPostgres, type PostgresDatabases, type PostgresServer } from '../../support/postgres.js';
import { embeddedOptions, serverOptions } from './test-store-options.js';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Does not exist yet; it is deleted after the test file. */
export function newDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-data-'));
  folders.push(folder);
  return join(folder, 'data');
}

export function usePostgres(): () => PostgresDatabases {
  return sharedPostgres;
}

/** For suites that stop the server, or set what is the whole server's. */
export function useOwnPostgres(): () => PostgresServer {
  let server: PostgresServer | undefined;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.dispose());
  return () => {
    if (server === undefined) throw new Error('the server runs only within tests');
    return server;
  };
}

/** Runs the same tests on an empty store in a real server and on an empty embedded one. */
export function describeStore(title: string, suite: (store: () => Store) => void): void {
  describe.each([
    { place: 'on a PostgreSQL server', open: openOnServer },
    { place: 'embedded', open: openEmbedded },
  ])(`${title}, $place`, ({ open }) => {
    let opened: { store: Store; dispose: () => Promise<void> } | undefined;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.dispose());
    suite(() => {
      if (opened === undefined) throw new Error('the store is open only within tests');
      return opened.store;
    });
  });
}

async function openOnServer(): Promise<{ store: Store; dispose: () => Promise<void> }> {
  const store = await openStore(serverOptions(await sharedPostgres().createDatabase()));
  return { store, dispose: () => store.close() };
}

async function openEmbedded(): Promise<{ store: Store; dispose: () => Promise<void> }> {
  const dataDir = newDataDir();
  await copyEmbeddedDatabase(dataDir);
  const store = await openStore(embeddedOptions(dataDir));
  return { store, dispose: () => store.close() };
}
