import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { DEPRECATED_GRAPHQL_WS_PROTOCOL, handleProtocols } from 'graphql-ws';
import { WebSocketServer, type ServerOptions } from 'ws';
import type { StreamQuota } from '../../graphql/subscription/stream-quota.js';
import { Latch } from '../../shared/latch.js';
import type { Log } from '../../shared/log/log.js';
import type { HttpErrorOptions } from '../transport/http-error.js';
import { createSlowBodyLimiter } from '../bodies/slow-body-limiter.js';
import { rejectHandshake } from './reject-handshake.js';
import type { SocketConcurrencyLimiter } from './socket-concurrency-limiter.js';
import type { StreamLimits } from './stream-limits.js';
import { GOING_AWAY, WebSocketConnection } from './websocket.connection.js';
import { createSocketOperations, type SocketOperationsDeps } from './websocket.operations.js';

interface WebSocketsDeps extends SocketOperationsDeps {
  readonly streamQuota: StreamQuota;
  readonly work: SocketConcurrencyLimiter;
  readonly log: Log;
}

export interface WebSockets {
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

const CLOSE_TIMEOUT_MS = 5_000;

export function createWebSockets(deps: WebSocketsDeps): WebSockets {
  const { limits } = deps;
  const operations = createSocketOperations(deps);
  const connections = new Set<WebSocketConnection>();
  const awaited = createSlowBodyLimiter(limits.maxSocketsAwaited);
  const stopped = new Latch();
  const handshake = new WebSocketServer(handshakeOptions(limits));
  // The library's own response lacks the headers that protect a browser.
  handshake.on('wsClientError', (_error, socket) => {
    rejectHandshake(NO_HANDSHAKE, socket);
  });
  let checking: Promise<void> | null = null;
  return {
    accept: (request, socket, head) => {
      checking ??= keepChecking(connections, deps, stopped);
      handshake.handleUpgrade(request, socket, head, (opened) => {
        const connection = new WebSocketConnection(opened, request, { ...deps, operations, awaited });
        connections.add(connection);
        connection.onClose(() => connections.delete(connection));
      });
    },
    close: async () => {
      stopped.open();
      await sayFarewell(connections, deps);
    },
  };
}

/** Agrees to subscriptions-transport-ws, which is not spoken: else a page could not learn why it is turned away. */
function chooseProtocol(offered: Set<string>): string | false {
  const spoken = handleProtocols(offered);
  return spoken === false && offered.has(DEPRECATED_GRAPHQL_WS_PROTOCOL) ? DEPRECATED_GRAPHQL_WS_PROTOCOL : spoken;
}

const NO_HANDSHAKE: HttpErrorOptions = {
  status: 400,
  code: 'BAD_REQUEST',
  message: 'The request is no valid handshake for a WebSocket (RFC 6455, version 13).',
  headers: { 'sec-websocket-version': '13' },
};

/** `closeTimeout` is missing in the library's types. */
function handshakeOptions({ maxMessageBytes }: StreamLimits): ServerOptions {
  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    handleProtocols: chooseProtocol,
    closeTimeout: CLOSE_TIMEOUT_MS,
  };
  return options;
}

type Connections = ReadonlySet<WebSocketConnection>;

async function keepChecking(
  connections: Connections,
  { clock, limits }: WebSocketsDeps,
  stopped: Latch,
): Promise<void> {
  while (!(await stopped.opensWithin(limits.pingIntervalMs, clock)))
    for (const connection of connections) connection.check();
}

async function sayFarewell(connections: Connections, { clock, limits }: WebSocketsDeps): Promise<void> {
  const allGone = new Latch();
  for (const connection of connections) {
    connection.onClose(() => {
      if (connections.size === 0) allGone.open();
    });
    connection.close(GOING_AWAY, 'Going away');
  }
  if (connections.size === 0) return;
  await allGone.opensWithin(limits.farewellMs, clock);
  for (const connection of connections) connection.terminate();
}
