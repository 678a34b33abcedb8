import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyEmbeddedDatabase } from '../../support/templates.js';

const ROOT = join(__dirname, '..', '..', '..');
const PROGRAM = join(ROOT, 'dist', 'main.js');
const STARTED = /"url":"([^"]+)","msg":"gateway\.started"/;

/** A gateway as it is deployed, a process of its own, with everything that it shows of itself. */
export interface ObservedGateway {
  /** Null where it has ended instead of starting. */
  readonly url: string | null;
  /** Everything on standard output and standard error so far. */
  readonly output: () => string;
  /** What `ps` shows to everybody on the machine. */
  readonly commandLine: () => string;
  readonly send: (signal: NodeJS.Signals) => void;
  /** Its exit code, once it is gone and all that it wrote is here. */
  readonly ended: Promise<number | null>;
  close(): Promise<void>;
}

/** `preload` is a file that node loads before the gateway. Resolves when it takes requests or has ended. */
export async function startObservedGateway(
  env: Readonly<Record<string, string>>,
  preload?: string,
): Promise<ObservedGateway> {
  if (!existsSync(PROGRAM)) throw new Error('The gateway is not built. Run "npm run build" first.');
  const dataDir = await mkdtemp(join(tmpdir(), 'observed-'));
  if (env.DATABASE_URL === undefined) await copyEmbeddedDatabase(dataDir);
  const nodeArguments = preload === undefined ? [] : ['--require', preload];
  const child = spawn(process.execPath, [...nodeArguments, PROGRAM], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, PORT: '0', SANDBOX_PORT: '0', LOG_LEVEL: 'debug', DATA_DIR: dataDir, ...env },
  });
  let output = '';
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const started = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes: Buffer) => {
        output += bytes.toString();
        const url = STARTED.exec(output)?.[1];
        if (url !== undefined) resolve(url);
      });
  });
  const url = await Promise.race([started, ended.then(() => null)]);
  return {
    ...{ url, ended },
    output: () => output,
    commandLine: () =>
      readFileSync(`/proc/${child.pid}/cmdline`, 'utf8') + readFileSync(`/proc/${child.pid}/comm`, 'utf8'),
    send: (signal) => void child.kill(signal),
    close: async () => {
      child.kill('SIGKILL');
      await ended;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
