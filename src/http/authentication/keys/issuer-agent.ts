import { Agent as HttpAgent, type Agent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { authorityOf, connectAttemptOptions, openTunnel } from '../../../shared/net/tunnel.js';

interface IssuerAgentOptions {
  readonly target: URL;
  readonly proxy: URL | null;
  readonly timeoutMs: number;
}

export function createIssuerAgent({ target, proxy, timeoutMs }: IssuerAgentOptions): Agent {
  const isSecure = target.protocol === 'https:';
  const agent = new (isSecure ? HttpsAgent : HttpAgent)(connectAttemptOptions(timeoutMs));
  if (proxy === null) return agent;
  agent.createConnection = (options, whenConnected) => {
    openTunnel({ proxy, target: authorityOf(target), timeoutMs }, (error, socket) => {
      if (error !== null || socket === null) whenConnected?.(error, NO_SOCKET);
      else whenConnected?.(null, isSecure ? connectTls({ ...(options as ConnectionOptions), socket }) : socket);
    });
    return null;
  };
  return agent;
}

const NO_SOCKET = undefined as unknown as Duplex;
