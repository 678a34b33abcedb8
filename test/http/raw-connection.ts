import { connect, type Socket } from 'node:net';

/** A TCP connection that says exactly what a test wants, and keeps what comes back. */
export interface RawConnection {
  send(text: string): void;
  /** What came so far. */
  received(): string;
  /** Resolves when the text has come. */
  saw(text: string): Promise<void>;
  /** Resolves with all that came, when the other side has ended the connection. */
  ended(): Promise<string>;
  destroy(): void;
}

export async function openRaw(port: number): Promise<RawConnection> {
  const socket = await connected(port);
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (part: string) => (text += part));
  const end = new Promise<string>((resolve) => {
    socket.on('close', () => {
      resolve(text);
    });
  });
  socket.on('error', () => undefined);
  return {
    send: (part) => void socket.write(part),
    received: () => text,
    saw: (wanted) =>
      new Promise((resolve) => {
        const look = () => {
          if (text.includes(wanted)) resolve();
        };
        socket.on('data', look);
        look();
      }),
    ended: () => end,
    destroy: () => void socket.destroy(),
  };
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

/** The headers by which a client asks for a WebSocket. */
export const WEBSOCKET_HANDSHAKE: Readonly<Record<string, string>> = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  'Sec-WebSocket-Protocol': 'graphql-transport-ws',
};

/** A request's text; `Content-Length` is added for a body. */
export function requestText(line: string, headers: Record<string, string> = {}, body = ''): string {
  const length: Record<string, string> = body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  const all = { Host: 'gateway', ...length, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${line} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}
