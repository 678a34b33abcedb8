import type { IncomingHttpHeaders } from 'node:http';
import { readBody, type BodyTerms } from './body.js';
import type { Handler } from './exchange.js';

/** Receives a webhook. Gets the bytes as they came, since the signature is over them. Decides the status that the provider sees. */
export type WebhookRoute = (
  rawBody: Buffer,
  headers: IncomingHttpHeaders,
) => Promise<{ readonly status: number; readonly body: string }>;

export function createWebhookHandler(receive: WebhookRoute, body: BodyTerms): Handler {
  return async (exchange) => {
    const received = await receive(await readBody(exchange, body), exchange.request.headers);
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
    return { status: received.status, headers, body: received.body };
  };
}
