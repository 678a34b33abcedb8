import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { outputSearch } from './output-search.js';
import { copyFolder, keepTemplate } from './folders.js';
import { findFreePort } from './free-port.js';
import { findPostgresBinaries } from './postgres-binaries.js';

/** The databases of a real PostgreSQL, fsync on as by default. */
export interface PostgresDatabases {
  /** Makes an empty database and returns its URL. The user is a superuser. */
  createDatabase(): Promise<string>;
  /** Runs statements as the superuser in a database, and returns the rows of the last. */
  sql(databaseUrl: string, text: string): Promise<Record<string, unknown>[]>;
}

/** A server of a suite's own on a free port, its files in a temporary folder. */
export interface PostgresServer extends PostgresDatabases {
  readonly port: number;
  /** The server's folder; belongs to the user that the server runs as. */
  readonly folder: string;
  /** Of a database in it. */
  urlOf(database: string): string;
  start(): Promise<void>;
  /** `fast` ends connections and writes everything down; `immediate` is what a crash looks like. */
  stop(mode: 'fast' | 'immediate'): Promise<void>;
  /** Stops it for good and removes its files. */
  dispose(): Promise<void>;
}

/** Makes a server and starts it. PostgreSQL refuses to run as root, so root runs it as the system user that its package made. */
export async function startPostgres(): Promise<PostgresServer> {
  searchForPassword();
  const server = new Server(findPostgresBinaries(), await findFreePort());
  server.initialise();
  await server.start();
  return server;
}

/** The databases of the server that all suites share. A suite that stops it, or sets what is the whole server's, starts its own. */
export function sharedPostgres(): PostgresDatabases {
  const { SHARED_POSTGRES_URL: url } = process.env;
  if (url === undefined) throw new Error('Jest has started no PostgreSQL: see shared-postgres.cjs.');
  searchForPassword();
  return {
    createDatabase: () => createDatabase(url, `test_${randomUUID().replaceAll('-', '')}`),
    sql,
  };
}

const PASSWORD = 'a password of tests';

function searchForPassword(): void {
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD)])
    outputSearch.searchFor('the password of a database', secret);
}
/** Not in a home of root's: the server's own user must be able to enter. */
const TEMPORARY_FOLDER = '/tmp';
/** From a crash, on a busy machine. */
const READY_WITHIN_MS = 90_000;

class Server implements PostgresServer {
  readonly folder = mkdtempSync(join(TEMPORARY_FOLDER, 'gateway-postgres-'));
  private readonly owner = findServerUser();
  private running: { readonly child: ChildProcess; readonly ended: Promise<void> } | null = null;
  private databases = 0;

  constructor(
    private readonly binaries: string,
    readonly port: number,
  ) {}

  /** Files are made once per machine and version of PostgreSQL, and copied from then on. */
  initialise(): void {
    const version = execFileSync(join(this.binaries, 'postgres'), ['--version'], { encoding: 'utf8' });
    const name = `gateway-template-${version.replace(/[^\w.]+/g, '-')}uid-${this.owner.uid ?? process.getuid?.() ?? 0}`;
    const template = join(TEMPORARY_FOLDER, name);
    if (!existsSync(template)) {
      this.makeFiles();
      copyFolder(this.dataDir(), `${this.folder}/draft`);
      keepTemplate(`${this.folder}/draft`, template);
      return;
    }
    if (this.owner.uid !== undefined && this.owner.gid !== undefined)
      chownSync(this.folder, this.owner.uid, this.owner.gid);
    copyFolder(template, this.dataDir());
  }

  private makeFiles(): void {
    const passwordFile = join(this.folder, 'password');
    writeFileSync(passwordFile, PASSWORD);
    if (this.owner.uid !== undefined && this.owner.gid !== undefined) {
      chownSync(this.folder, this.owner.uid, this.owner.gid);
      chownSync(passwordFile, this.owner.uid, this.owner.gid);
    }
    execFileSync(
      join(this.binaries, 'initdb'),
      [
        '-D',
        this.dataDir(),
        '-U',
        'postgres',
        '-A',
        'scram-sha-256',
        `--pwfile=${passwordFile}`,
        '-E',
        'UTF8',
        '--no-locale',
        '--no-sync',
      ],
      { ...this.owner, cwd: this.folder, stdio: 'pipe' },
    );
  }

  async start(): Promise<void> {
    const settings = [
      `port=${this.port}`,
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'max_connections=400',
    ];
    const child = spawn(
      join(this.binaries, 'postgres'),
      ['-D', this.dataDir(), ...settings.flatMap((setting) => ['-c', setting])],
      {
        ...this.owner,
        cwd: this.folder,
        stdio: 'ignore',
      },
    );
    const ended = new Promise<void>((resolve) =>
      child.once('exit', () => {
        resolve();
      }),
    );
    this.running = { child, ended };
    await this.untilReady();
  }

  async stop(mode: 'fast' | 'immediate'): Promise<void> {
    const running = this.running;
    this.running = null;
    running?.child.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await running?.ended;
  }

  async dispose(): Promise<void> {
    await this.stop('immediate');
    rmSync(this.folder, { recursive: true, force: true });
  }

  createDatabase(): Promise<string> {
    this.databases += 1;
    return createDatabase(this.urlOf('postgres'), `test_${this.databases}`);
  }

  readonly sql = sql;

  urlOf(database: string): string {
    return `postgres://postgres:${encodeURIComponent(PASSWORD)}@127.0.0.1:${this.port}/${database}`;
  }

  private dataDir(): string {
    return join(this.folder, 'data');
  }

  private async untilReady(): Promise<void> {
    const deadline = performance.now() + READY_WITHIN_MS;
    for (;;) {
      try {
        await this.sql(this.urlOf('postgres'), 'SELECT 1');
        return;
      } catch (error) {
        if (performance.now() > deadline)
          throw new Error('the test server of PostgreSQL does not start', { cause: error });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }
}

async function createDatabase(serverUrl: string, name: string): Promise<string> {
  await sql(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function sql(databaseUrl: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const result = (await client.query(text)) as unknown as
      { rows: Record<string, unknown>[] } | { rows: Record<string, unknown>[] }[];
    return (Array.isArray(result) ? result.at(-1)?.rows : result.rows) ?? [];
  } finally {
    await client.end();
  }
}

/** Who runs servers that refuse root: nobody in particular, except for root. */
export function findServerUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}
