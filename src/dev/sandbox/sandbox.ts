import { createServer, type Server } from 'node:http';
import type { Clock } from '../../shared/clock.js';
import { listen } from '../../shared/net/listen.js';
import type { Log } from '../../shared/log/log.js';
import { answerWith } from './answer.js';
import { createSandboxContext } from './sandbox-context.js';
import { createRouter } from './router.js';
import type { WebhookTarget } from './webhooks/webhook-sender.js';

export interface SandboxOptions {
  readonly host: string;
  /** 0 lets the system choose a free one. */
  readonly port: number;
  /** The only key that the sandbox takes. */
  readonly apiKey: string;
  /** Null: events are kept and listed, and sent nowhere. */
  readonly webhook: WebhookTarget | null;
  readonly clock: Clock;
  readonly log: Log;
  /** How long `pi_pending` and refunds take. */
  readonly pendingDelayMs?: number;
  /** The wait after the first refused delivery; it doubles with every further one. */
  readonly webhookBackoffMs?: number;
  /** From 0 up to 1; decides the order of shuffled webhooks. */
  readonly random?: () => number;
}

/** A running sandbox. It listens already. */
export interface Sandbox {
  /** Without a slash at the end: `http://127.0.0.1:4010`. */
  readonly url: string;
  /** What a client takes as the provider's base: ends in `/api/`. */
  readonly apiBaseUrl: string;
  /** Where webhooks go from now on, those that wait for another try included. */
  setWebhook(target: WebhookTarget | null): void;
  /** Cuts every connection, held ones too, and ends all timers and deliveries. */
  close(): Promise<void>;
}

/** Long enough that a client's pool never meets a connection that closes while it is used again. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/** Starts a payment provider of our own: its HTTP API, hosted pages, webhooks and faults, all in memory. Rejects where the port can't be had. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS });
  const { host, port } = options;
  const url = `http://${reachableHost(host)}:${await listen(server, { host, port, setting: 'SANDBOX_PORT' })}`;
  const sandbox = createSandboxContext(options, url);
  const route = createRouter(sandbox);
  server.on('request', (request, response) => {
    answerWith(route, { request, response, log: options.log });
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

/** A host that a browser on this machine can open: addresses that mean "all" are none. */
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
