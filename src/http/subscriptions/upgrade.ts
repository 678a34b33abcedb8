import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { parseUrl } from '../../shared/net/url.js';
import { OVERLOADED } from '../edge/load-shedder.js';
import { HOST_NOT_SERVED, servesEach, type ServesHost } from '../edge/served-hosts.js';
import { splitTarget } from '../transport/http-context.js';
import type { HttpErrorOptions } from '../transport/http-error.js';
import { rejectHandshake } from './reject-handshake.js';
import type { WebSockets } from './websocket.server.js';

export interface UpgradeDeps {
  readonly webSockets: WebSockets;
  readonly path: string;
  readonly origins: readonly string[];
  readonly servesHost: ServesHost;
  isDraining(): boolean;
  isResponseDue(connection: Duplex): boolean;
  isOverloaded(): boolean;
}

export function listenForUpgrades(server: Server, deps: UpgradeDeps): void {
  server.on('upgrade', (request, socket, head) => {
    // Responses to earlier requests could not be sent any more, and nothing would hold such a client back.
    if (deps.isResponseDue(socket)) {
      socket.on('error', () => undefined).destroy();
      return;
    }
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      // No listener stays on the connection: its next requests may offer another protocol any number of times.
      goOnWithHttp1(server, request, { socket, head });
      return;
    }
    socket.on('error', () => undefined);
    const error = findHandshakeError(request, deps);
    if (error === null) deps.webSockets.accept(request, socket, head);
    else rejectHandshake(error, socket);
  });
}

function findHandshakeError(request: IncomingMessage, deps: UpgradeDeps): HttpErrorOptions | null {
  const { headers, url = '/' } = request;
  const { path, targetHost } = splitTarget(url);
  if (!servesEach(deps.servesHost, [headers.host, targetHost])) return HOST_NOT_SERVED;
  if (path !== deps.path) return NO_SOCKET_HERE;
  if (deps.isDraining()) return SHUTTING_DOWN;
  if (deps.isOverloaded()) return OVERLOADED;
  return isFromAllowedPage(headers.origin, targetHost ?? headers.host, deps.origins) ? null : FOREIGN_PAGE;
}

const NO_SOCKET_HERE: HttpErrorOptions = {
  status: 404,
  code: 'NOT_FOUND',
  message: 'No WebSocket is served at this path. It is at /graphql.',
};
const SHUTTING_DOWN: HttpErrorOptions = {
  status: 503,
  code: 'SHUTTING_DOWN',
  message: 'This server is shutting down. Connect again: another server, or this one after its restart, will answer.',
  headers: { 'retry-after': '1' },
};
const FOREIGN_PAGE: HttpErrorOptions = {
  status: 403,
  code: 'ORIGIN_NOT_ALLOWED',
  message: 'Pages of this origin may not connect. An operator can allow them.',
};

/** Browsers let every page open a WebSocket to every server, so the server checks the origin. Programs send none. */
function isFromAllowedPage(origin: string | undefined, host: string | undefined, origins: readonly string[]): boolean {
  if (origin === undefined || origins.includes(origin)) return true;
  return host !== undefined && parseUrl(origin)?.host === host;
}

/**
 * A client that offers HTTP/2 (`Upgrade: h2c`, as Java's does) is content with HTTP/1.1, but node:http gives its
 * request away once there is an upgrade listener. It is put back at the front of the connection, without the offer.
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
