import type { IncomingMessage } from 'node:http';
import { CloseCode, DEPRECATED_GRAPHQL_WS_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL, type Server } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';
import { toRequestJson } from '../../graphql/input/inexact-number.js';
import type { StreamQuota } from '../../graphql/subscription/stream-quota.js';
import type { Caller } from '../../payments/access/caller.js';
import type { Clock } from '../../shared/clock.js';
import type { Log } from '../../shared/log/log.js';
import { Latch } from '../../shared/latch.js';
import { sleepUntil } from '../../shared/sleep-until.js';
import type { SlowBodyLimiter } from '../bodies/slow-body-limiter.js';
import type { SocketOperations, SocketConcurrencyLimiter } from './socket-concurrency-limiter.js';
import type { StreamLimits } from './stream-limits.js';
import type { SocketExtra } from './websocket.operations.js';

/** The client does not read what it asked for. Applications may choose this code; graphql-ws leaves it free. */
const TOO_SLOW = 4410;
export const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

const OTHER_PROTOCOL = `Use the WebSocket subprotocol ${GRAPHQL_TRANSPORT_WS_PROTOCOL}`;

const MAX_REASON_BYTES = 123;

interface ConnectionDeps {
  readonly operations: Server<SocketExtra>;
  readonly work: SocketConcurrencyLimiter;
  readonly limits: StreamLimits;
  readonly streamQuota: StreamQuota;
  readonly awaited: SlowBodyLimiter;
  readonly clock: Clock;
  readonly log: Log;
}

export class WebSocketConnection {
  private readonly openedAtMs: number;
  private hasAnswered = true;
  private work: SocketOperations | null = null;
  private readonly over = new Latch();
  private readonly endWait: () => void;

  constructor(
    private readonly socket: WebSocket,
    request: IncomingMessage,
    private readonly deps: ConnectionDeps,
  ) {
    this.openedAtMs = deps.clock.monotonicNow();
    socket.on('pong', () => (this.hasAnswered = true));
    socket.on('ping', () => {
      this.endIfTooSlow();
    });
    socket.on('error', (error) => {
      deps.log.debug({ err: error }, 'websocket.broken');
    });
    socket.once('close', () => {
      this.endWait();
      this.over.open();
    });
    this.endWait = deps.awaited.enter(() => {
      this.close(CloseCode.ConnectionInitialisationTimeout, 'Others waited');
      socket.terminate();
    });
    this.open(request);
  }

  onClose(listener: () => void): void {
    this.socket.once('close', listener);
  }

  check(): void {
    const { clock, limits } = this.deps;
    if (!this.hasAnswered) this.socket.terminate();
    else if (clock.monotonicNow() - this.openedAtMs > limits.maxAgeMs) this.close(GOING_AWAY, 'Connect again');
    else if (this.socket.readyState === this.socket.OPEN) {
      this.hasAnswered = false;
      this.socket.ping();
    }
  }

  /** Cuts the reason to a frame's length: the protocol's reasons quote the client. */
  close(code: number, reason: string): void {
    this.socket.close(code, toFrameLength(reason));
  }

  terminate(): void {
    this.socket.terminate();
  }

  private open({ headers }: IncomingMessage): void {
    const { socket, deps } = this;
    if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) {
      this.rejectProtocol();
      return;
    }
    const closed = deps.operations.opened(
      {
        protocol: socket.protocol,
        send: (text) => this.send(text),
        close: (code = GOING_AWAY, reason = '') => {
          this.close(code, reason);
        },
        onMessage: (take) => {
          socket.on('message', (message) => void this.receive(message, take));
        },
      },
      {
        headers,
        introduce: (caller) => this.introduce(caller),
        runLimited: (work) => this.work?.run(work) ?? null,
        close: (code, reason) => {
          this.close(code, reason);
        },
      },
    );
    socket.once('close', (code, reason) => void closed(code, reason.toString()).catch(this.logBug));
  }

  private rejectProtocol(): void {
    const { socket } = this;
    if (socket.protocol === DEPRECATED_GRAPHQL_WS_PROTOCOL) {
      const payload = { message: `${OTHER_PROTOCOL}. This one, of subscriptions-transport-ws, is not spoken here.` };
      socket.send(JSON.stringify({ type: 'connection_error', payload }));
    }
    this.close(CloseCode.SubprotocolNotAcceptable, OTHER_PROTOCOL);
  }

  private introduce(caller: Caller): boolean {
    this.endWait();
    if (this.socket.readyState !== this.socket.OPEN) return false;
    const giveBack = this.deps.streamQuota.take(caller);
    if (giveBack === null) {
      this.close(TRY_AGAIN_LATER, 'Too many streams');
      return false;
    }
    this.onClose(giveBack);
    this.work = this.deps.work.ofSocket(caller);
    if (caller.provedUntilMs !== undefined) void this.endAt(caller.provedUntilMs);
    return true;
  }

  /** After 4403 clients get new credentials and connect again; after 4401 they do not. */
  private async endAt(epochMs: number): Promise<void> {
    if (await sleepUntil(epochMs, this.over.signal, this.deps.clock)) this.close(CloseCode.Forbidden, 'Token expired');
  }

  /** Resolves when the bytes have left: the next result of a subscription is asked for only then. */
  private send(text: string): Promise<void> {
    const { socket } = this;
    if (socket.readyState !== socket.OPEN) return Promise.resolve();
    return new Promise((resolve) => {
      socket.send(text, () => {
        resolve();
      });
      this.endIfTooSlow();
    });
  }

  private async receive(message: RawData, take: (text: string) => Promise<void>): Promise<void> {
    this.endIfTooSlow();
    try {
      await take(toRequestJson((message as Buffer).toString('utf8')));
    } catch (error) {
      if (isUnexpectedMessage(error)) {
        this.close(CloseCode.BadRequest, 'Unexpected message');
        return;
      }
      this.logBug(error);
      this.close(CloseCode.InternalServerError, 'Internal server error');
    }
  }

  /** A client that asks and never reads must not fill the memory. The close frame would wait behind the rest. */
  private endIfTooSlow(): void {
    const { socket, deps } = this;
    if (socket.bufferedAmount <= deps.limits.maxUnreadBytes || socket.readyState !== socket.OPEN) return;
    deps.log.info({ unreadBytes: socket.bufferedAmount }, 'websocket.too-slow');
    this.close(TOO_SLOW, 'Too slow');
    socket.terminate();
  }

  private readonly logBug = (error: unknown): void => {
    this.deps.log.error({ err: error }, 'websocket.unexpected-error');
  };
}

function toFrameLength(reason: string): string {
  const { read } = new TextEncoder().encodeInto(reason, new Uint8Array(MAX_REASON_BYTES));
  return reason.slice(0, read);
}

/** The client has sent a message that only servers send: no bug of ours, although the library throws. */
function isUnexpectedMessage(error: unknown): boolean {
  return error instanceof Error && /^Unexpected message of type \w+ received$/.test(error.message);
}
