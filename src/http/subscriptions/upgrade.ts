import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { brokenRequestText } from '../client-error.js';
import { splitTarget } from '../exchange.js';
import type { WebSockets } from './websocket.server.js';

export interface UpgradeDeps {
  readonly webSockets: WebSockets;
  /** The path that takes WebSockets. */
  readonly path: string;
  /** Other sites whose pages may connect. */
  readonly origins: readonly string[];
  isDraining(): boolean;
}

/** Deals with requests that want to change the protocol of their connection: WebSockets are served, other protocols are not spoken here. */
export function listenForUpgrades(server: Server, deps: UpgradeDeps): void {
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => undefined);
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      goOnWithHttp1(server, request, { socket, head });
      return;
    }
    const refusal = refuse(request, deps);
    if (refusal === null) deps.webSockets.accept(request, socket, head);
    else socket.end(brokenRequestText(refusal.status, refusal.message)).once('finish', () => socket.destroy());
  });
}

interface UpgradeRefusal {
  readonly status: string;
  readonly message: string;
}

function refuse(request: IncomingMessage, { path, origins, isDraining }: UpgradeDeps): UpgradeRefusal | null {
  if (splitTarget(request.url ?? '/').path !== path) return NO_SOCKET_HERE;
  if (isDraining()) return SHUTTING_DOWN;
  return isFromAllowedPage(request.headers, origins) ? null : FOREIGN_PAGE;
}

const NO_SOCKET_HERE = { status: '404 Not Found', message: 'No WebSocket is served at this path. It is at /graphql.' };
const SHUTTING_DOWN = {
  status: '503 Service Unavailable',
  message: 'This server is shutting down. Connect again: another server, or this one after its restart, will answer.',
};
const FOREIGN_PAGE = {
  status: '403 Forbidden',
  message: 'Pages of this origin may not connect. An operator can allow them.',
};

/** Browsers let every page open a WebSocket to every server, so it is for the server to ask where the page is from. Programs send no Origin. */
function isFromAllowedPage({ origin, host }: IncomingHttpHeaders, origins: readonly string[]): boolean {
  if (origin === undefined || origins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/**
 * A client that offers HTTP/2 (`Upgrade: h2c`, as Java's does) is content with HTTP/1.1, but node:http hands its request over as soon as
 * anybody listens for upgrades. It is put back at the front of the connection, without the offer.
 */
function goOnWithHttp1(server: Server, request: IncomingMessage, rest: { socket: Duplex; head: Buffer }): void {
  const { method, url, httpVersion } = request;
  const lines = [`${method ?? 'GET'} ${url ?? '/'} HTTP/${httpVersion}`, ...headersWithoutOffer(request.rawHeaders)];
  const requestHead = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  rest.socket.unshift(Buffer.concat([requestHead, rest.head]));
  server.emit('connection', rest.socket);
}

const OFFER_HEADERS: ReadonlySet<string> = new Set(['upgrade', 'http2-settings', 'connection']);

function headersWithoutOffer(rawHeaders: readonly string[]): string[] {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 1 || OFFER_HEADERS.has(name.toLowerCase()) ? [] : [`${name}: ${rawHeaders[index + 1] ?? ''}`],
  );
}
