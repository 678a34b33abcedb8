import WebSocket from 'ws';

/** A client of `graphql-transport-ws` that shows every message as it comes. */
export interface SocketClient {
  readonly socket: WebSocket;
  send(message: unknown): void;
  /** The next message of the server. */
  next(): Promise<Record<string, unknown>>;
  /** Code and reason, once the server has closed the connection. */
  readonly closed: Promise<{ code: number; reason: string }>;
}

export interface ConnectOptions {
  readonly headers?: Record<string, string>;
  readonly protocol?: string;
}

/** Opens a WebSocket; rejects with the HTTP status where the handshake is refused. */
export function openSocket(
  url: string,
  { headers = {}, protocol = 'graphql-transport-ws' }: ConnectOptions = {},
): Promise<SocketClient> {
  const socket = new WebSocket(url, protocol, { headers });
  const arrived: Record<string, unknown>[] = [];
  const waiting: ((message: Record<string, unknown>) => void)[] = [];
  socket.on('message', (data) => {
    const message = JSON.parse((data as Buffer).toString()) as Record<string, unknown>;
    const waiter = waiting.shift();
    if (waiter === undefined) arrived.push(message);
    else waiter(message);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => {
      resolve({ code, reason: reason.toString() });
    });
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      reject(new Error(`refused with ${response.statusCode}`));
    });
    socket.once('open', () => {
      socket.on('error', () => undefined);
      resolve({
        socket,
        closed,
        send: (message) => {
          socket.send(typeof message === 'string' ? message : JSON.stringify(message));
        },
        next: () => {
          const message = arrived.shift();
          return message === undefined ? new Promise((take) => waiting.push(take)) : Promise.resolve(message);
        },
      });
    });
  });
}

/** A connection that has been acknowledged. */
export async function connect(url: string, payload?: Record<string, unknown>): Promise<SocketClient> {
  const client = await openSocket(url);
  client.send({ type: 'connection_init', ...(payload && { payload }) });
  const { type } = await client.next();
  if (type !== 'connection_ack') throw new Error(`not acknowledged but ${String(type)}`);
  return client;
}

export function subscribe(id: string, query: string, variables: Record<string, unknown> = {}): Record<string, unknown> {
  return { id, type: 'subscribe', payload: { query, variables } };
}
