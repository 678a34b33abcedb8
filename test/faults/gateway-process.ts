import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { outputSearch } from '../support/output-search.js';

const ROOT = join(__dirname, '..', '..');
const PROGRAM = join(ROOT, 'dist', 'main.js');
/** Behind others on a busy machine, and with a database that is restarted meanwhile. */
const STARTS_WITHIN_MS = 150_000;
const PAUSE_BEFORE_NEXT_START_MS = 150;

/** A gateway as its users run it: a process of its own, made of the built program. */
export class GatewayProcess {
  private child: ChildProcess | null = null;
  /** Alarms and signs of bugs in its log, over all its lives: the event and how often. */
  readonly alarms = new Map<string, number>();
  /** Payments that an operator was woken for, and when it was killed: by the wall clock of this process. */
  readonly alarmedPayments = new Set<string>();
  readonly killedAtMs: number[] = [];
  /** Whether it has started and was not killed since. */
  isUp = false;
  /** What it wrote on standard error in its last life. */
  errorText = '';

  constructor(private readonly env: Readonly<Record<string, string>>) {
    if (!existsSync(PROGRAM)) throw new Error('The gateway is not built. Run "npm run build" first.');
  }

  /** Starts it and resolves with its URL. Where it refuses to start (the database is away, say), it is started again, as a supervisor would. */
  async start(): Promise<string> {
    const deadline = performance.now() + STARTS_WITHIN_MS;
    for (;;) {
      const url = await this.tryToStart();
      if (url !== null) {
        this.isUp = true;
        return url;
      }
      if (performance.now() > deadline) throw new Error(`a gateway does not start: ${this.errorText}`);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_BEFORE_NEXT_START_MS));
    }
  }

  /** Resolves with its URL, or with null when it has ended instead. */
  tryToStart(): Promise<string | null> {
    const child = spawn(process.execPath, [PROGRAM], { cwd: ROOT, env: { PATH: process.env.PATH, ...this.env } });
    this.child = child;
    this.errorText = '';
    child.stderr.on('data', (bytes: Buffer) => {
      outputSearch.look(bytes.toString());
      this.errorText += bytes.toString();
    });
    return new Promise((resolve) => {
      child.once('close', () => {
        resolve(null);
      });
      createInterface({ input: child.stdout }).on('line', (line) => {
        const url = this.read(line);
        if (url !== null) resolve(url);
      });
    });
  }

  /** Of its present life. */
  get pid(): number {
    if (this.child?.pid === undefined) throw new Error('the gateway does not run');
    return this.child.pid;
  }

  /** Ends it and resolves when it is gone. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    this.isUp = false;
    const gone = new Promise((resolve) => child.once('close', resolve));
    child.kill(signal);
    await gone;
    this.killedAtMs.push(Date.now());
  }

  /** Stops its time: it keeps its connections, answers nothing and notices nothing. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  /** Counts what an operator would be woken for; returns the URL when the line tells it. */
  private read(line: string): string | null {
    // The welcome on a laptop shows how to pay with one of the sandbox's instruments.
    if (line.startsWith('{')) outputSearch.look(line);
    if (line.includes('"gateway.started"')) return (JSON.parse(line) as { url: string }).url;
    if (!line.includes('"alarm":true') && !line.includes('"level":"fatal"')) return null;
    const { msg, reason, paymentId } = JSON.parse(line) as { msg: string; reason?: string; paymentId?: string };
    if (paymentId !== undefined) this.alarmedPayments.add(paymentId);
    const name = reason === undefined ? msg : `${msg} ${reason}`;
    this.alarms.set(name, (this.alarms.get(name) ?? 0) + 1);
    return null;
  }
}
