import WebSocket from 'ws';
import { WATCH } from './read-only-replica.fixture.js';
import { subscribe } from './websocket-client.js';

/** Spreads the clients of a dead server over this time, doubled after each failed attempt as client libraries do. */
const RECONNECT_WITHIN_MS = 3_000;
const LONGEST_RECONNECT_MS = 60_000;

/** Watches one payment over a socket of its own until it is stopped; connects again each time it is cut off. */
export class FollowingClient {
  readonly statuses: string[] = [];
  readonly completed: Promise<void>;
  private complete: () => void = () => undefined;
  private onFirst: () => void = () => undefined;
  private attemptsInVain = 0;

  constructor(
    private readonly url: () => string,
    readonly paymentId: string,
  ) {
    this.completed = new Promise((resolve) => (this.complete = resolve));
  }

  /** Resolves when the present state has come. */
  open(): Promise<void> {
    const shown = new Promise<void>((resolve) => (this.onFirst = resolve));
    this.connect();
    return shown;
  }

  private connect(): void {
    const url = `${this.url().replace('http', 'ws')}/graphql`;
    const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
    let isOver = false;
    socket.on('error', () => undefined);
    socket.on('open', () => {
      socket.send('{"type":"connection_init"}');
    });
    socket.on('message', (data) => {
      const { type, payload } = JSON.parse((data as Buffer).toString()) as Message;
      if (type === 'connection_ack') socket.send(JSON.stringify(subscribe('1', WATCH, { id: this.paymentId })));
      if (type === 'next') {
        this.attemptsInVain = 0;
        this.statuses.push(payload?.data?.paymentUpdated.status ?? 'ERROR');
        this.onFirst();
      }
      if (type === 'complete') {
        isOver = true;
        socket.close();
        this.complete();
      }
    });
    socket.on('close', () => {
      if (isOver) return;
      const withinMs = Math.min(RECONNECT_WITHIN_MS * 2 ** this.attemptsInVain, LONGEST_RECONNECT_MS);
      this.attemptsInVain += 1;
      setTimeout(() => {
        this.connect();
      }, Math.random() * withinMs);
    });
  }
}

interface Message {
  readonly type: string;
  readonly payload?: { readonly data?: { readonly paymentUpdated: { readonly status: string } } };
}
