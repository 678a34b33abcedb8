import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../shared/clock.js';
import type { Answer, Exchange } from './exchange.js';
import { SECURITY_HEADERS } from './security-headers.js';

/** How much of an unwanted body is still taken in, so that the client gets to read why it was refused. */
const LINGER_MAX_BYTES = 1024 * 1024;
const LINGER_MAX_MS = 2_000;
const BODILESS_STATUSES: ReadonlySet<number> = new Set([204, 304]);

export interface SendTerms {
  readonly clock: Clock;
  /** Whether to ask the client not to use this connection again. */
  readonly lastOnConnection: boolean;
}

/** Sends an answer; resolves when all of it is handed over. Does nothing for a client that is gone. */
export async function send(exchange: Exchange, answer: Answer, terms: SendTerms): Promise<void> {
  const { request, response } = exchange;
  if (response.destroyed) return;
  // A short body comes with its headers. By the next turn all of it is there, and who was refused need not connect anew.
  if (hasUnreadBody(exchange)) await nextTurn();
  const unread = hasUnreadBody(exchange);
  response.writeHead(answer.status, {
    ...SECURITY_HEADERS,
    ...answer.headers,
    ...lengthOf(answer),
    'x-request-id': exchange.requestId,
    ...((unread || terms.lastOnConnection) && { connection: 'close' }),
  });
  if (request.method === 'HEAD' || BODILESS_STATUSES.has(answer.status)) {
    response.end();
    return;
  }
  if (!unread && (typeof answer.body === 'string' || Buffer.isBuffer(answer.body))) {
    response.end(answer.body);
    return;
  }
  await writeBody(exchange, answer);
  if (unread) await linger(exchange, terms.clock);
  // Ending what was cut off would make it look finished.
  if (!response.destroyed) response.end();
}

function lengthOf({ body, status }: Answer): Record<string, number> {
  if (BODILESS_STATUSES.has(status) || !(typeof body === 'string' || Buffer.isBuffer(body))) return {};
  return { 'content-length': Buffer.byteLength(body) };
}

function hasUnreadBody({ request }: Exchange): boolean {
  if (request.complete) return false;
  const { 'content-length': length, 'transfer-encoding': transferEncoding } = request.headers;
  return transferEncoding !== undefined || (length !== undefined && length !== '0');
}

async function writeBody({ response }: Exchange, { body }: Answer): Promise<void> {
  if (typeof body === 'string' || Buffer.isBuffer(body)) {
    response.write(body);
    return;
  }
  for await (const part of body) {
    if (response.destroyed) return;
    response.write(part);
  }
}

/**
 * Closing a connection while the client is still sending resets it, and the reset wipes out an answer that was not read yet.
 * So the rest of the body is thrown away for a while, and the connection is closed after that.
 */
async function linger({ request, response }: Exchange, clock: Clock): Promise<void> {
  const over = new AbortController();
  const stop = () => {
    over.abort();
  };
  let discardedBytes = 0;
  request.on('data', (chunk: Buffer) => {
    discardedBytes += chunk.length;
    if (discardedBytes > LINGER_MAX_BYTES) stop();
  });
  request.once('end', stop);
  response.once('close', stop);
  request.resume();
  await clock.sleep(LINGER_MAX_MS, over.signal);
}
