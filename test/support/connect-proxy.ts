import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** An HTTP proxy as companies have them: opens tunnels by CONNECT, to whom it was given the right credentials for. */
export interface ConnectProxy {
  /** With credentials where it asks for them. */
  readonly url: URL;
  /** What it was asked to connect to, in order, with the headers of the asking. */
  readonly tunnels: readonly { readonly target: string; readonly headers: IncomingHttpHeaders }[];
  /** How many requests it was asked to forward itself: it forwards none. */
  readonly forwardCount: () => number;
  close(): Promise<void>;
}

/** `credentials` is `user:password`, as they are before URLs encode them. */
export async function startConnectProxy(credentials: string | null = null): Promise<ConnectProxy> {
  const tunnels: { target: string; headers: IncomingHttpHeaders }[] = [];
  const sockets = new Set<Duplex>();
  let forwarded = 0;
  const isAllowed = ({ headers }: IncomingMessage): boolean =>
    credentials === null || headers['proxy-authorization'] === `Basic ${Buffer.from(credentials).toString('base64')}`;
  const server = createServer((_request, response) => {
    forwarded += 1;
    response.writeHead(405).end();
  });
  server.on('connect', (request, client: Socket) => {
    tunnels.push({ target: request.url ?? '', headers: request.headers });
    sockets.add(client);
    client.on('error', () => undefined);
    if (isAllowed(request)) tunnelTo(request.url ?? '', { client, sockets });
    else client.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [user = '', ...password] = (credentials ?? '').split(':');
  url.username = encodeURIComponent(user);
  url.password = encodeURIComponent(password.join(':'));
  return {
    url,
    tunnels,
    forwardCount: () => forwarded,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Passes bytes, ends and resets on in both directions. */
function tunnelTo(target: string, { client, sockets }: { client: Socket; sockets: Set<Duplex> }): void {
  const { hostname, port } = new URL(`http://${target}`);
  const server = connect({ host: hostname, port: Number(port === '' ? 80 : port) });
  let isOpen = false;
  sockets.add(server);
  server.once('connect', () => {
    isOpen = true;
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    client.pipe(server).pipe(client);
  });
  server.once('error', () => {
    if (isOpen) client.resetAndDestroy();
    else client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  client.once('close', () => server.destroy());
  server.once('close', () => client.destroySoon());
}
