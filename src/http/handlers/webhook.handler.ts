import type { IncomingHttpHeaders } from 'node:http';
import { isTooLarge, readBody, type BodyOptions } from '../bodies/body.js';
import type { HttpContext, Handler } from '../transport/http-context.js';

export interface WebhookRoute {
  (rawBody: Buffer, headers: IncomingHttpHeaders): Promise<{ readonly status: number; readonly body: string }>;
  readonly onTooLarge?: (headers: IncomingHttpHeaders) => void;
}

export function createWebhookHandler(receive: WebhookRoute, body: BodyOptions): Handler {
  return async (context) => {
    const received = await receive(await readEvent(context, receive, body), context.request.headers);
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
    return { status: received.status, headers, body: received.body };
  };
}

async function readEvent(context: HttpContext, { onTooLarge }: WebhookRoute, body: BodyOptions): Promise<Buffer> {
  try {
    return await readBody(context, body);
  } catch (error) {
    if (isTooLarge(error)) onTooLarge?.(context.request.headers);
    throw error;
  }
}
