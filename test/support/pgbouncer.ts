import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Client } from 'pg';
import { installIfRoot } from './debian-package.js';
import { findFreePort } from './free-port.js';
import { findServerUser } from './postgres.js';

/** A PgBouncer of one's own in front of a server, on a free port, its files in a temporary folder. */
export interface PgBouncer {
  /** The database's URL, by way of the pooler. */
  readonly url: string;
  close(): Promise<void>;
}

export interface PgBouncerOptions {
  readonly mode?: 'transaction' | 'session' | 'statement';
  /** Connections to the server, for each database and user. */
  readonly poolSize?: number;
}

/** Starts one for the user and the server of the URL: every database of that server can be reached by it. */
export async function startPgBouncer(databaseUrl: string, options: PgBouncerOptions = {}): Promise<PgBouncer> {
  const program = findPgBouncer();
  const owner = findServerUser();
  const port = await findFreePort();
  const folder = writeFiles(databaseUrl, { port, options, owner });
  const child = spawn(program, [join(folder, 'pgbouncer.ini')], { ...owner, cwd: folder, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => {
      resolve();
    });
    child.once('exit', () => {
      resolve();
    });
  });
  const url = new URL(databaseUrl);
  url.port = String(port);
  const bouncer = {
    url: url.href,
    close: async () => {
      child.kill('SIGTERM'); // At once: SIGINT would wait for whoever is connected.
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await untilReady(bouncer.url);
  } catch (error) {
    await bouncer.close();
    throw error;
  }
  return bouncer;
}

function findPgBouncer(): string {
  if (find() === null) installIfRoot('pgbouncer');
  const found = find();
  if (found === null)
    throw new Error(
      'PgBouncer is not installed, and some tests run behind a real one. Install it (Debian: apt-get install pgbouncer) or put pgbouncer on the PATH.',
    );
  return found;
}

/** Debian's place for it is on root's PATH only. */
function find(): string | null {
  const folders = ['/usr/sbin', ...(process.env.PATH ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, 'pgbouncer')).find((path) => existsSync(path)) ?? null;
}

/** Not in a home of root's: the pooler's own user must be able to enter. */
const TEMPORARY_FOLDER = '/tmp';
const READY_WITHIN_MS = 30_000;

interface Files {
  readonly port: number;
  readonly options: PgBouncerOptions;
  readonly owner: { uid?: number; gid?: number };
}

/** A server that was away is asked again at once, not after the shipped 15 s. */
function writeFiles(databaseUrl: string, { port, options, owner }: Files): string {
  const { hostname, port: serverPort, username, password } = new URL(databaseUrl);
  const { mode = 'transaction', poolSize = 5 } = options;
  const folder = mkdtempSync(join(TEMPORARY_FOLDER, 'gateway-pgbouncer-'));
  const settings = `[databases]
* = host=${hostname} port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${join(folder, 'users.txt')}
pool_mode = ${mode}
default_pool_size = ${poolSize}
max_client_conn = 500
server_login_retry = 0.1
`;
  writeFileSync(join(folder, 'pgbouncer.ini'), settings);
  writeFileSync(join(folder, 'users.txt'), `"${decodeURIComponent(username)}" "${decodeURIComponent(password)}"\n`);
  const { uid, gid } = owner;
  if (uid !== undefined && gid !== undefined)
    for (const path of [folder, join(folder, 'pgbouncer.ini'), join(folder, 'users.txt')]) chownSync(path, uid, gid);
  return folder;
}

async function untilReady(url: string): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT 1');
      return;
    } catch (error) {
      if (performance.now() > deadline) throw new Error('PgBouncer does not start', { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
