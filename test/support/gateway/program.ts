import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { outputSearch } from '../output-search.js';

/** Suites and benchmarks run in the root of the project. */
export const ROOT = process.cwd();
const DIST = join(ROOT, 'dist');

/** One of the built programs as its users run it. */
export interface Program {
  readonly child: ChildProcess;
  /** What it wrote so far, where that goes to the test. */
  readonly output: { readonly text: string };
  readonly errors: { readonly text: string };
  /** Resolves with its exit code, or the signal that ended it, once all that it wrote is here. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

export interface ProgramOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Put before the file: `--require`. */
  readonly nodeArguments?: readonly string[];
  /** Where its standard output goes; by default to the test. */
  readonly stdout?: number;
  /** Gets each line of its standard output. */
  onLine?(line: string): void;
}

const running = new Set<ChildProcess>();
/** A suite that fails leaves no program behind. Outside of Jest, whoever starts one ends it. */
if ('afterAll' in globalThis)
  afterAll(() => {
    for (const child of running) child.kill('SIGKILL');
  });

/** Starts `dist/<file>`. */
export function startProgram(file: string, options: ProgramOptions = {}): Program {
  if (!existsSync(DIST)) throw new Error('The gateway is not built. Run "npm run build" first.');
  const { args = [], env = {}, nodeArguments = [], stdout = 'pipe', onLine = () => undefined } = options;
  const stdio: StdioOptions = ['ignore', stdout, 'pipe'];
  const words = [...nodeArguments, join(DIST, file), ...args];
  const child = spawn(process.execPath, words, { stdio, env: { PATH: process.env.PATH, ...env } });
  running.add(child);
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve(code ?? signal);
    });
  });
  const output = readText(child.stdout, (line) => {
    // The welcome on a laptop shows how to pay with one of the sandbox's instruments.
    if (!line.startsWith('curl ')) outputSearch.look(line);
    onLine(line);
  });
  const errors = readText(child.stderr, (line) => {
    outputSearch.look(line);
  });
  return { child, ended, output, errors };
}

/** Runs a program to its end. */
export async function run(file: string, options: ProgramOptions = {}) {
  const program = startProgram(file, options);
  const code = await program.ended;
  return { code, output: program.output.text, errors: program.errors.text };
}

function readText(stream: Readable | null, onLine: (line: string) => void): { readonly text: string } {
  const read = { text: '' };
  let rest = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    read.text += chunk;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  stream?.once('end', () => {
    onLine(rest);
  });
  return read;
}
