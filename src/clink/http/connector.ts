import { buildConnector } from 'undici';
import { authorityOf, connectAttemptOptions, openTunnel } from '../../shared/net/tunnel.js';

interface ConnectorOptions {
  readonly target: URL;
  readonly proxy: URL | null;
  readonly timeoutMs: number;
}

/** Connects over HTTP/1.1 only; through a proxy always in a tunnel, without TLS as well. */
export function createConnector({ target, proxy, timeoutMs }: ConnectorOptions): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs, allowH2: false, ...connectAttemptOptions(timeoutMs) });
  if (proxy === null) return connect;
  return (options, whenConnected) => {
    openTunnel({ proxy, target: authorityOf(target), timeoutMs }, (error, socket) => {
      if (error !== null || socket === null) whenConnected(error ?? new Error('no socket'), null);
      else if (target.protocol === 'https:') connect({ ...options, httpSocket: socket }, whenConnected);
      else whenConnected(null, socket);
    });
  };
}
