import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';

export interface TunnelOptions {
  /** Of an http or https proxy, with credentials where it asks for them: a secret as a whole. */
  readonly proxy: URL;
  /** Host and port of the server behind it: `api.clink.example:443`. */
  readonly target: string;
  /** From connecting to the proxy to its answer. */
  readonly timeoutMs: number;
}

export type WhenTunnelled = (error: Error | null, socket: Socket | null) => void;

/**
 * Asks a proxy by CONNECT (RFC 9110 §9.3.6) for a connection to a server. What is sent over it later the proxy passes on as it is; nothing of
 * a request is in the asking. Calls back once, in the same turn in which the socket is ready, so that no event of it is missed.
 */
export function openTunnel({ proxy, target, timeoutMs }: TunnelOptions, whenTunnelled: WhenTunnelled): void {
  const send = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  const asking = send({
    ...{ method: 'CONNECT', path: target, agent: false },
    ...{ host: withoutBrackets(proxy.hostname), port: proxy.port === '' ? undefined : proxy.port },
    headers: { host: target, ...credentialsOf(proxy) },
    ...attemptTermsOf(timeoutMs),
  });
  const timeout = setTimeout(() => asking.destroy(new TunnelError('PROXY_TIMEOUT')), timeoutMs);
  asking.once('connect', ({ statusCode = 0 }, socket: Socket) => {
    clearTimeout(timeout);
    if (statusCode >= 200 && statusCode < 300) return whenTunnelled(null, socket);
    socket.destroy();
    whenTunnelled(new TunnelError(`PROXY_${statusCode}`), null);
  });
  asking.on('error', (error) => {
    clearTimeout(timeout);
    whenTunnelled(error, null);
  });
  asking.end();
}

/** The code says what the proxy did: the status that it answered with, say. Nothing else of its answer is kept. */
class TunnelError extends Error {
  constructor(readonly code: string) {
    super('The proxy opened no connection to the server.');
  }
}

/** A host with several addresses is tried at two of them at least: the first gets half of the time, where Node would give it 250 ms. */
export function attemptTermsOf(connectTimeoutMs: number): {
  readonly autoSelectFamily: true;
  readonly autoSelectFamilyAttemptTimeout: number;
} {
  return { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: Math.ceil(connectTimeoutMs / 2) };
}

/** Host and port, as a proxy is asked for them. */
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
