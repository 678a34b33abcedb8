import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The router's side of Apollo's HTTP callback protocol: takes what a subgraph posts and keeps it. */
export interface CallbackRouter {
  readonly origin: string;
  /** What is sent in `extensions.subscription`, with a callback URL of its own. */
  newSubscription(heartbeatIntervalMs?: number): CallbackOptions;
  /** Resolves with the next message that came for a subscription, from the first on. */
  next(subscriptionId: string): Promise<CallbackMessage>;
  /** How many requests came, to any path. */
  requests(): number;
  /** What is answered from now on to messages of this action. */
  answer(action: string, status: number, headers?: Record<string, string>): void;
  close(): Promise<void>;
}

export interface CallbackOptions {
  readonly callbackUrl: string;
  readonly subscriptionId: string;
  readonly verifier: string;
  readonly heartbeatIntervalMs: number;
}

export interface CallbackMessage {
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
  /** The status that it was answered with. */
  readonly answered: number;
}

export async function startCallbackRouter(): Promise<CallbackRouter> {
  const arrived = new Map<string, CallbackMessage[]>();
  const waiting = new Map<string, (message: CallbackMessage) => void>();
  const answers = new Map<string, { status: number; headers: Record<string, string> }>();
  let requests = 0;
  let subscriptions = 0;

  function keep(id: string, message: CallbackMessage): void {
    const waiter = waiting.get(id);
    waiting.delete(id);
    if (waiter === undefined) arrived.set(id, [...(arrived.get(id) ?? []), message]);
    else waiter(message);
  }

  const server = createServer((request, response) => {
    requests += 1;
    void request.toArray().then((chunks) => {
      const body = JSON.parse(Buffer.concat(chunks as Buffer[]).toString()) as Record<string, unknown>;
      const known = { status: 204, headers: { 'subscription-protocol': 'callback/1.0' } };
      const { status, headers } = answers.get(String(body.action)) ?? known;
      response.writeHead(status, headers).end();
      keep(String(body.id), { headers: request.headers, body, answered: status });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    origin,
    newSubscription: (heartbeatIntervalMs = 0) => {
      subscriptions += 1;
      const subscriptionId = `subscription-${subscriptions}`;
      const callbackUrl = `${origin}/callback/${subscriptionId}`;
      return { callbackUrl, subscriptionId, verifier: `verifier-${subscriptions}`, heartbeatIntervalMs };
    },
    next: (id) => {
      const message = arrived.get(id)?.shift();
      return message === undefined ? new Promise((resolve) => waiting.set(id, resolve)) : Promise.resolve(message);
    },
    requests: () => requests,
    answer: (action, status, headers = {}) => answers.set(action, { status, headers }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
