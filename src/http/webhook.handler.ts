import type { IncomingHttpHeaders } from 'node:http';
import { readBody } from './body.js';
import type { Handler } from './exchange.js';

/** Receives a webhook. Gets the bytes as they came, since the signature is over them. Decides the status that the provider sees. */
export type WebhookRoute = (
  rawBody: Buffer,
  headers: IncomingHttpHeaders,
) => Promise<{ readonly status: number; readonly body: string }>;

export function createWebhookHandler(receive: WebhookRoute, maxBodyBytes: number): Handler {
  return async (exchange) => {
    const { status, body } = await receive(await readBody(exchange, maxBodyBytes), exchange.request.headers);
    return { status, headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }, body };
  };
}
