import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../free-port.js';
import { searchForSecretsOf } from '../output-search.js';
import { copyEmbeddedDatabase } from '../templates.js';
import { startProgram, type Program, type ProgramOptions } from './program.js';

interface GatewayProcessOptions extends Pick<ProgramOptions, 'nodeArguments' | 'stdout'> {
  /** Settings that stand above those that every test has; `undefined` leaves one to the gateway. */
  readonly env?: ProgramOptions['env'];
  /** A file that node loads before the gateway. */
  readonly preload?: string;
}

/** Behind others on a busy machine, and with a database that is restarted meanwhile. */
const STARTS_WITHIN_MS = 150_000;
const PAUSE_BEFORE_NEXT_START_MS = 150;
const PAUSE_BEFORE_NEXT_QUESTION_MS = 50;

/** A gateway as its users run it: a process of its own, made of the built program. */
export class GatewayProcess {
  /** Alarms and signs of bugs in its log, over all its lives: the event and how often. */
  readonly alarms = new Map<string, number>();
  /** Payments that an operator was woken for. */
  readonly alarmedPayments = new Set<string>();
  /** When it was killed, by the wall clock of this process. */
  readonly killedAtMs: number[] = [];
  /** Whether it has started and was not killed since. */
  isUp = false;
  /** Where it is in its present life: each start takes free ports. */
  url = '';
  sandboxUrl = '';
  private program: Program | null = null;
  private ownDataDir: string | null = null;

  constructor(private readonly options: GatewayProcessOptions = {}) {}

  /** Resolves when it takes requests, and rejects where it has ended instead. */
  async start(): Promise<this> {
    if (await this.tryToStart()) return this;
    throw new Error(`a gateway does not start: ${this.errors}`);
  }

  /** Starts it again, as a supervisor would, while it ends instead: the database is away, say. */
  async keepStarting(): Promise<void> {
    const deadline = performance.now() + STARTS_WITHIN_MS;
    while (!(await this.tryToStart())) {
      if (performance.now() > deadline) throw new Error(`a gateway does not start: ${this.errors}`);
      await pause(PAUSE_BEFORE_NEXT_START_MS);
    }
  }

  /** Whether it takes requests; otherwise it has ended. */
  async tryToStart(): Promise<boolean> {
    const { preload, nodeArguments = [], stdout, env: given } = this.options;
    const env = { ...(await this.testSettings()), ...given };
    searchForSecretsOf(env);
    this.sandboxUrl = `http://127.0.0.1:${env.SANDBOX_PORT ?? ''}`;
    let tellUrl: (url: string) => void = () => undefined;
    const told = new Promise<string>((resolve) => (tellUrl = resolve));
    const program = startProgram('main.js', {
      nodeArguments: [...(preload === undefined ? [] : ['--require', preload]), ...nodeArguments],
      ...{ env, stdout },
      onLine: (line) => {
        this.readLine(line, tellUrl);
      },
    });
    this.program = program;
    const answering = stdout === undefined ? told : untilReady(`http://127.0.0.1:${env.PORT ?? ''}`, program);
    const url = await Promise.race([answering, program.ended.then(() => null)]);
    this.isUp = url !== null;
    this.url = url ?? this.url;
    return this.isUp;
  }

  /** Its standard output in its present or last life, where that goes to the test. */
  get output(): string {
    return this.program?.output.text ?? '';
  }

  get errors(): string {
    return this.program?.errors.text ?? '';
  }

  /** Its exit code, or the signal that ended it, once all that it wrote is here. */
  get ended(): Program['ended'] {
    return this.started().ended;
  }

  get pid(): number {
    return this.started().child.pid ?? 0;
  }

  /** What `ps` shows to everybody on the machine. */
  get commandLine(): string {
    return readFileSync(`/proc/${this.pid}/cmdline`, 'utf8') + readFileSync(`/proc/${this.pid}/comm`, 'utf8');
  }

  send(signal: NodeJS.Signals): void {
    this.started().child.kill(signal);
  }

  /** Ends it and resolves when it is gone. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const { program } = this;
    if (program?.child.exitCode !== null || program.child.signalCode !== null) return;
    this.isUp = false;
    program.child.kill(signal);
    await program.ended;
    this.killedAtMs.push(Date.now());
  }

  /** Stops its time: it keeps its connections, answers nothing and notices nothing. */
  freeze(): void {
    this.send('SIGSTOP');
  }

  thaw(): void {
    this.send('SIGCONT');
  }

  /** Kills it for good and removes its files. */
  async close(): Promise<void> {
    await this.kill();
    if (this.ownDataDir !== null) await rm(this.ownDataDir, { recursive: true, force: true });
  }

  private started(): Program {
    if (this.program === null) throw new Error('the gateway was never started');
    return this.program;
  }

  /** Being late says nothing about load here: the gateway shares the machine with the test. */
  private async testSettings(): Promise<NonNullable<ProgramOptions['env']>> {
    const { stdout, env } = this.options;
    const needsFolder = env?.DATABASE_URL === undefined && env?.DATA_DIR === undefined;
    return {
      PORT: stdout === undefined ? '0' : String(await findFreePort()),
      SANDBOX_PORT: String(await findFreePort()),
      MAX_EVENT_LOOP_DELAY_MS: '60000',
      ...(needsFolder && { DATA_DIR: await this.makeDataDir() }),
    };
  }

  private async makeDataDir(): Promise<string> {
    if (this.ownDataDir !== null) return this.ownDataDir;
    this.ownDataDir = await mkdtemp(join(tmpdir(), 'gateway-process-'));
    await copyEmbeddedDatabase(this.ownDataDir);
    return this.ownDataDir;
  }

  /** Tells the URL where the line has it, and counts what an operator would be woken for. */
  private readLine(line: string, tellUrl: (url: string) => void): void {
    if (!line.startsWith('{')) return;
    if (line.includes('"gateway.started"')) tellUrl((JSON.parse(line) as { url: string }).url);
    if (!line.includes('"alarm":true') && !line.includes('"level":"fatal"')) return;
    const { msg, reason, paymentId } = JSON.parse(line) as { msg: string; reason?: string; paymentId?: string };
    if (paymentId !== undefined) this.alarmedPayments.add(paymentId);
    const name = reason === undefined ? msg : `${msg} ${reason}`;
    this.alarms.set(name, (this.alarms.get(name) ?? 0) + 1);
  }
}

/** Asks until the gateway is ready, as nobody reads what it writes; null where it has ended instead. */
async function untilReady(url: string, { ended }: Program): Promise<string | null> {
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  while (!hasEnded) {
    if (await isReady(url)) return url;
    await pause(PAUSE_BEFORE_NEXT_QUESTION_MS);
  }
  return null;
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
