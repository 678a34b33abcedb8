import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';

interface TunnelOptions {
  readonly proxy: URL;
  readonly target: string;
  readonly timeoutMs: number;
}

type WhenTunnelled = (error: Error | null, socket: Socket | null) => void;

/**
 * Asks a proxy by CONNECT (RFC 9110 §9.3.6) for a connection to a server. Calls back once, in the turn in which
 * the socket is ready, so that none of its events is missed.
 */
export function openTunnel({ proxy, target, timeoutMs }: TunnelOptions, whenTunnelled: WhenTunnelled): void {
  const send = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = send({
    method: 'CONNECT',
    path: target,
    agent: false,
    host: withoutBrackets(proxy.hostname),
    port: proxy.port === '' ? undefined : proxy.port,
    headers: { host: target, ...credentialsOf(proxy) },
    ...connectAttemptOptions(timeoutMs),
  });
  const timeout = setTimeout(() => request.destroy(new TunnelError('PROXY_TIMEOUT')), timeoutMs);
  request.once('connect', ({ statusCode = 0 }, socket: Socket) => {
    clearTimeout(timeout);
    if (statusCode >= 200 && statusCode < 300) return whenTunnelled(null, socket);
    socket.destroy();
    whenTunnelled(new TunnelError(`PROXY_${statusCode}`), null);
  });
  request.on('error', (error) => {
    clearTimeout(timeout);
    whenTunnelled(error, null);
  });
  request.end();
}

class TunnelError extends Error {
  constructor(readonly code: string) {
    super('The proxy opened no connection to the server.');
  }
}

/** The first of several addresses gets half of the time, where Node gives it 250 ms. */
export function connectAttemptOptions(connectTimeoutMs: number): {
  readonly autoSelectFamily: true;
  readonly autoSelectFamilyAttemptTimeout: number;
} {
  return { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: Math.ceil(connectTimeoutMs / 2) };
}

export function authorityOf({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port === '' ? DEFAULT_PORTS[protocol] : port}`;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

function credentialsOf({ username, password }: URL): { readonly 'proxy-authorization'?: string } {
  if (username === '' && password === '') return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}

function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
