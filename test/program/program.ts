import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { outputSearch } from '../support/output-search.js';

export const ROOT = join(__dirname, '..', '..');
const DIST = join(ROOT, 'dist');

/** One of the built programs as its users run it. */
export interface Program {
  readonly child: ChildProcess;
  /** What it wrote so far, where that goes to the test. */
  readonly output: { text: string };
  readonly errors: { text: string };
  /** Resolves with its exit code, or with the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

export interface ProgramOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where its standard output goes; by default to the test. */
  readonly stdout?: number;
  readonly cwd?: string;
  /** Put before the command: `unshare -pf`. */
  readonly prefix?: readonly string[];
}

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** Starts `dist/<file>`. What still runs after the test is killed. */
export function startProgram(file: string, options: ProgramOptions = {}): Program {
  if (!existsSync(DIST)) throw new Error('The gateway is not built. Run "npm run build" first.');
  const { args = [], env = {}, stdout = 'pipe', cwd = ROOT, prefix = [] } = options;
  const [command = '', ...words] = [...prefix, process.execPath, join(DIST, file), ...args];
  const stdio: StdioOptions = ['ignore', stdout, 'pipe'];
  const child = spawn(command, words, { cwd, stdio, env: { PATH: process.env.PATH, ...env } });
  running.push(child);
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => {
      resolve(code ?? signal);
    });
  });
  return { child, ended, output: textOf(child.stdout), errors: textOf(child.stderr) };
}

/** Starts the gateway and resolves once it answers. */
export async function startGatewayProgram(
  options: ProgramOptions = {},
): Promise<Program & { readonly url: string; readonly sandboxUrl: string }> {
  const [port, sandboxPort] = await findFreePorts();
  const env = {
    PORT: String(port),
    SANDBOX_PORT: String(sandboxPort),
    MAX_EVENT_LOOP_DELAY_MS: '60000',
    ...options.env,
  };
  const program = startProgram('main.js', { ...options, env });
  const url = `http://${options.env?.HOST ?? '127.0.0.1'}:${port}`;
  let hasEnded = false;
  void program.ended.then(() => (hasEnded = true));
  while (!(await answers(`${url}/readyz`))) {
    if (hasEnded) throw new Error(`the gateway did not start: ${program.errors.text}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { ...program, url, sandboxUrl: `http://127.0.0.1:${sandboxPort}` };
}

/** Runs a program to its end. */
export async function run(file: string, options: ProgramOptions = {}) {
  const program = startProgram(file, options);
  const code = await program.ended;
  return { code, output: program.output.text, errors: program.errors.text };
}

function textOf(stream: NodeJS.ReadableStream | null): { text: string } {
  const read = { text: '' };
  stream?.on('data', (bytes: Buffer) => {
    // The welcome on a laptop shows how to pay with one of the sandbox's instruments.
    if (!bytes.toString().includes('The gateway is ready')) outputSearch.look(bytes.toString());
    read.text += bytes.toString();
  });
  return read;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** Two ports that are free just now. */
export async function findFreePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const;
  const portOf = (server: (typeof servers)[0]): Promise<number> =>
    new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        resolve((server.address() as { port: number }).port);
      });
    });
  const ports: [number, number] = [await portOf(servers[0]), await portOf(servers[1])];
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
