import { createServer, type Server } from 'node:http';
import type { Clock } from '../../shared/clock.js';
import { listen } from '../../shared/net/listen.js';
import type { Log } from '../../shared/log/log.js';
import { dispatch } from './dispatch.js';
import { createSandboxContext } from './sandbox-context.js';
import { createRouter } from './router.js';
import type { WebhookTarget } from './webhooks/webhook-sender.js';

export interface SandboxOptions {
  readonly host: string;
  readonly port: number;
  readonly apiKey: string;
  /** Null: events are kept and listed, and sent nowhere. */
  readonly webhook: WebhookTarget | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly pendingDelayMs?: number;
  readonly webhookBackoffMs?: number;
  readonly random?: () => number;
}

export interface Sandbox {
  readonly url: string;
  readonly apiBaseUrl: string;
  setWebhook(target: WebhookTarget | null): void;
  /** Cuts every connection, held ones too, and ends all timers and deliveries. */
  close(): Promise<void>;
}

/** Longer than a client keeps an idle connection, so that it never writes into one that is being closed. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS });
  const { host, port } = options;
  const url = `http://${reachableHost(host)}:${await listen(server, { host, port, setting: 'SANDBOX_PORT' })}`;
  const sandbox = createSandboxContext(options, url);
  const route = createRouter(sandbox);
  server.on('request', (request, response) => {
    dispatch(route, { request, response, log: options.log });
  });
  return {
    url,
    apiBaseUrl: `${url}/api/`,
    setWebhook: (target) => {
      sandbox.webhooks.setTarget(target);
    },
    close: async () => {
      await sandbox.close();
      await closeServer(server);
    },
  };
}

function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
