import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../../shared/log/log.js';
import { namesThisMachine } from '../../shared/net/loopback.js';
import { parseUrl } from '../../shared/net/url.js';
import { RESET, textResponse, type HttpResponse } from './http.js';
import type { Route } from './router.js';

interface RawRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly log: Log;
}

const MAX_BODY_BYTES = 1024 * 1024;

export function dispatch(route: Route, raw: RawRequest): void {
  const { request, response, log } = raw;
  response.on('error', () => undefined);
  decide(route, raw)
    .catch((err: unknown) => {
      if (!request.complete) return RESET;
      log.error({ err }, 'the sandbox failed to answer');
      return textResponse(500, 'The sandbox failed: see its log.');
    })
    .then((decided) => {
      send(decided, response);
    })
    .catch((err: unknown) => {
      log.error({ err }, 'the sandbox failed to write its answer');
      response.destroy();
    });
}

async function decide(route: Route, { request, response }: RawRequest): Promise<HttpResponse> {
  const over = new Promise<void>((resolve) => response.once('close', resolve));
  // Every caller may do anything here, so pages of other sites must not be callers.
  if (!namesThisMachine(request.headers.host)) return HOST_NOT_SERVED;
  const url = parseTarget(request.url ?? '/');
  if (url === null) return textResponse(400, 'The request target is no path.');
  const body = await readBody(request);
  if (body === null) return textResponse(413, `The body is larger than ${MAX_BODY_BYTES} bytes.`);
  const context = { headers: request.headers, query: url.searchParams, body, over };
  return route(request.method ?? 'GET', url.pathname)(context);
}

const HOST_NOT_SERVED = textResponse(
  421,
  'The sandbox answers to names of this machine only: call it as localhost or 127.0.0.1.',
);

function send(decided: HttpResponse, response: ServerResponse): void {
  if (decided.kind === 'hold') return;
  if (decided.kind === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  const length = Buffer.byteLength(decided.body);
  response.writeHead(decided.status, { ...decided.headers, 'content-length': length }).end(decided.body);
}

function parseTarget(target: string): URL | null {
  const base = 'http://sandbox.invalid';
  return target.startsWith('/') ? parseUrl(base + target) : null;
}

/** Null where the body is too large: the rest is read and dropped, so that the answer still gets through. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return length <= MAX_BODY_BYTES ? Buffer.concat(chunks) : null;
}
