import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface FakeClink {
  readonly baseUrl: string;
  readonly requests: readonly SeenRequest[];
  close(): Promise<void>;
}

export type Respond = (response: ServerResponse, request: SeenRequest) => void;

/** Answers over loopback as the test says and remembers what it was asked. */
export async function startFakeClink(respond: Respond): Promise<FakeClink> {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    void receive(request).then((seen) => {
      requests.push(seen);
      respond(response, seen);
    });
  });
  const baseUrl = await listen(server);
  return {
    baseUrl,
    requests,
    close: async () => {
      server.closeAllConnections();
      await closeServer(server);
    },
  };
}

async function receive(request: IncomingMessage): Promise<SeenRequest> {
  const { method = '', url = '', headers } = request;
  return { method, url, headers, body: await text(request) };
}

export interface FakeSocketServer {
  readonly baseUrl: string;
  /** How many requests' header bytes arrived. */
  readonly requestCount: () => number;
  close(): Promise<void>;
}

/** A server below HTTP. `whenAsked` is called with each chunk that begins a request. */
export async function startSocketServer(
  whenAsked: (socket: Socket, requestNumber: number) => void,
  whenConnected: (socket: Socket) => void = () => undefined,
): Promise<FakeSocketServer> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const begun = chunk.toString('latin1').match(/(?:POST|GET) \/api\/\S+ HTTP\/1\.1/g)?.length ?? 0;
      count += begun;
      if (begun > 0) whenAsked(socket, count);
    });
    whenConnected(socket);
  });
  const baseUrl = await listen(server);
  return {
    baseUrl,
    requestCount: () => count,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await closeServer(server);
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

export function answerJson(response: ServerResponse, body: unknown): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}

/** A whole HTTP answer as bytes, for socket servers. */
export function rawAnswer(body: unknown): string {
  const json = JSON.stringify(body);
  const headers = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}`;
  return `HTTP/1.1 200 OK\r\n${headers}\r\n\r\n${json}`;
}

export const PAID = {
  code: 200,
  msg: 'success',
  data: { orderId: 'order_01', sessionId: 'sess_01', status: 1 },
} as const;
