import { connect, type Socket } from 'node:net';
import { setPriority } from 'node:os';
import { FLOODS, slowWebhookHead, type FloodName, type Known } from './garbage.js';

/**
 * A process of its own that sends at a given rate, whether or not answers come, and counts them. It
 * yields the processor: on a real network it would be another machine.
 */
export interface FloodOrder {
  readonly port: number;
  readonly known: Known;
  readonly perSecond: number;
  /** Webhooks at a time that send a byte each second. */
  readonly slowWebhooks: number;
}

export interface FloodReport {
  readonly sent: number;
  /** Requests that were due while every connection still waited, or while this process did not run. */
  readonly heldBack: number;
  /** By the status of the answer. */
  readonly answers: Readonly<Record<string, number>>;
  readonly connectionsClosed: number;
}

const NICE = 10;
const CONNECTIONS = 128;
const TICK_MS = 2;
/** A flood comes from many machines: after a wait for its processor this one must not catch up in one blow. */
const MOST_AT_ONCE = 8;
const ENDS = /\r\nconnection: close\r\n/i;
const NAMES = Object.keys(FLOODS) as FloodName[];

class Flood {
  private readonly idle: Socket[] = [];
  private readonly open = new Set<Socket>();
  private readonly answers: Record<string, number> = {};
  private sent = 0;
  private heldBack = 0;
  private connectionsClosed = 0;
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(private readonly order: FloodOrder) {}

  start(): void {
    const beganAtMs = performance.now();
    let due = 0;
    for (let index = 0; index < CONNECTIONS; index += 1) this.addConnection();
    for (let index = 0; index < this.order.slowWebhooks; index += 1) this.addSlowWebhook();
    this.timers.push(
      setInterval(() => {
        const dueNow = Math.floor(((performance.now() - beganAtMs) * this.order.perSecond) / 1000);
        const tooLate = Math.max(0, dueNow - due - MOST_AT_ONCE);
        this.heldBack += tooLate;
        due += tooLate;
        for (; due < dueNow; due += 1) this.sendOne(NAMES[due % NAMES.length] ?? 'no token');
      }, TICK_MS),
    );
  }

  stop(): FloodReport {
    for (const timer of this.timers) clearInterval(timer);
    for (const socket of this.open) socket.removeAllListeners('close').destroy();
    const { sent, heldBack, answers, connectionsClosed } = this;
    return { sent, heldBack, answers, connectionsClosed };
  }

  private sendOne(name: FloodName): void {
    const socket = this.idle.pop();
    if (socket === undefined) this.heldBack += 1;
    else {
      this.sent += 1;
      socket.write(FLOODS[name](this.order.known));
    }
  }

  private addConnection(): void {
    const socket = this.connect(() => {
      this.addConnection();
    });
    socket.on('connect', () => this.idle.push(socket));
    socket.on('data', (chunk) => {
      // Every answer here is short enough to come in one piece.
      this.countAnswer(chunk);
      if (!ENDS.test(chunk.toString('latin1'))) this.idle.push(socket);
    });
  }

  private addSlowWebhook(): void {
    const socket = this.connect(() => {
      this.addSlowWebhook();
    });
    socket.on('data', (chunk) => {
      this.countAnswer(chunk);
    });
    socket.write(slowWebhookHead());
    const drip = setInterval(() => socket.write(' '), 1_000);
    socket.once('close', () => {
      clearInterval(drip);
    });
    this.timers.push(drip);
  }

  private connect(whenClosed: () => void): Socket {
    const socket = connect(this.order.port, '127.0.0.1');
    this.open.add(socket);
    socket.setNoDelay(true).on('error', () => undefined);
    socket.once('close', () => {
      this.connectionsClosed += 1;
      this.open.delete(socket);
      const position = this.idle.indexOf(socket);
      if (position !== -1) this.idle.splice(position, 1);
      whenClosed();
    });
    return socket;
  }

  private countAnswer(chunk: Buffer): void {
    const status = chunk.toString('latin1', 9, 12);
    this.answers[status] = (this.answers[status] ?? 0) + 1;
  }
}

let flood: Flood | null = null;
setPriority(NICE);
process.on('message', (message: FloodOrder | 'stop') => {
  if (message === 'stop') {
    process.send?.(flood?.stop() ?? null);
    flood = null;
  } else {
    flood = new Flood(message);
    flood.start();
  }
});
process.on('disconnect', () => process.exit(0));
