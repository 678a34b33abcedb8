import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../../shared/log/log.js';
import { namesThisMachine } from '../../shared/net/loopback.js';
import { parseUrl } from '../../shared/net/url.js';
import { RESET, textReply, type Call, type Reply } from './reply.js';
import type { Route } from './router.js';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly log: Log;
}

/** More than any payment needs; keeps a broken client from filling the memory. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Reads the request, lets the route decide and carries the reply out. Never throws: a bug becomes a logged 500. */
export function answerWith(route: Route, exchange: Exchange): void {
  const { request, response, log } = exchange;
  response.on('error', () => undefined);
  decide(route, exchange)
    .catch((err: unknown) => {
      // A client that went away before its request was whole is no failure of ours.
      if (!request.complete) return RESET;
      log.error({ err }, 'the sandbox failed to answer');
      return textReply(500, 'The sandbox failed: see its log.');
    })
    .then((reply) => {
      carryOut(reply, response);
    })
    .catch((err: unknown) => {
      log.error({ err }, 'the sandbox failed to write its answer');
      response.destroy();
    });
}

async function decide(route: Route, { request, response }: Exchange): Promise<Reply> {
  const over = new Promise<void>((resolve) => response.once('close', resolve));
  // Whoever reaches the sandbox may do anything here, so pages of other sites must not.
  if (!namesThisMachine(request.headers.host)) return HOST_NOT_SERVED;
  const url = parseTarget(request.url ?? '/');
  if (url === null) return textReply(400, 'The request target is no path.');
  const body = await readBody(request);
  if (body === null) return textReply(413, `The body is larger than ${MAX_BODY_BYTES} bytes.`);
  const call: Omit<Call, 'params'> = { headers: request.headers, query: url.searchParams, body, over };
  return route(request.method ?? 'GET', url.pathname)(call);
}

const HOST_NOT_SERVED = textReply(
  421,
  'The sandbox answers to names of this machine only: call it as localhost or 127.0.0.1.',
);

function carryOut(reply: Reply, response: ServerResponse): void {
  if (reply.kind === 'hold') return;
  if (reply.kind === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  const length = Buffer.byteLength(reply.body);
  response.writeHead(reply.status, { ...reply.headers, 'content-length': length }).end(reply.body);
}

function parseTarget(target: string): URL | null {
  const base = 'http://sandbox.invalid';
  return target.startsWith('/') ? parseUrl(base + target) : null;
}

/** Null where the body is too large: the rest is read and forgotten, so that the answer still gets through. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return length <= MAX_BODY_BYTES ? Buffer.concat(chunks) : null;
}
