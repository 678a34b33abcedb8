import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../shared/clock.js';
import type { HttpResponse, HttpContext } from './http-context.js';
import { SECURITY_HEADERS } from '../edge/security-headers.js';

/** How much of an unwanted body is still taken in, so that the client gets to read why it was refused. */
const LINGER_MAX_BYTES = 1024 * 1024;
const LINGER_MAX_MS = 2_000;
const SECURITY_HEADER_LIST = Object.entries(SECURITY_HEADERS);
/** Written here, whatever an answer says. */
const OWN_HEADERS: ReadonlySet<string> = new Set(['x-request-id', 'content-length', 'connection']);
const BODILESS_STATUSES: ReadonlySet<number> = new Set([204, 304]);

export interface SendOptions {
  readonly clock: Clock;
  /** Whether to ask the client not to use this connection again. */
  readonly lastOnConnection: boolean;
}

/** Sends an answer. Null where all of it is handed over already, else a promise of that. Does nothing for a client that is gone. */
export function send(context: HttpContext, answer: HttpResponse, options: SendOptions): Promise<void> | null {
  if (context.response.destroyed) return null;
  return hasUnreadBody(context) ? sendBesideBody(context, answer, options) : sendAlone(context, answer, options);
}

/** A short body comes with its headers. By the next turn all of it is there, and who was refused need not connect anew. */
async function sendBesideBody(context: HttpContext, answer: HttpResponse, options: SendOptions): Promise<void> {
  await nextTurn();
  const { response } = context;
  if (response.destroyed) return;
  if (!hasUnreadBody(context)) {
    await sendAlone(context, answer, options);
    return;
  }
  writeHead(context, answer, true);
  if (isBodiless(context, answer)) {
    response.end();
    return;
  }
  await writeBody(context, answer);
  await linger(context, options.clock);
  finish(context);
}

/** Nothing of the request is still to come. */
function sendAlone(
  context: HttpContext,
  answer: HttpResponse,
  { lastOnConnection }: SendOptions,
): Promise<void> | null {
  const { response } = context;
  const { body } = answer;
  writeHead(context, answer, lastOnConnection);
  if (isBodiless(context, answer)) response.end();
  else if (typeof body === 'string' || Buffer.isBuffer(body)) response.end(body);
  else return sendParts(context, answer);
  return null;
}

async function sendParts(context: HttpContext, answer: HttpResponse): Promise<void> {
  await writeBody(context, answer);
  finish(context);
}

/** Ending what was cut off would make it look finished. */
function finish({ response }: HttpContext): void {
  if (!response.destroyed) response.end();
}

function isBodiless({ request }: HttpContext, { status }: HttpResponse): boolean {
  return request.method === 'HEAD' || BODILESS_STATUSES.has(status);
}

function writeHead({ response, requestId }: HttpContext, answer: HttpResponse, lastOnConnection: boolean): void {
  // A flat list of names and values, which node:http takes as it is.
  const list: (string | number)[] = ['x-request-id', requestId];
  for (const [name, value] of SECURITY_HEADER_LIST) if (answer.headers[name] === undefined) list.push(name, value);
  for (const [name, value] of Object.entries(answer.headers)) if (!OWN_HEADERS.has(name)) list.push(name, value);
  const length = lengthOf(answer);
  if (length !== null) list.push('content-length', length);
  if (lastOnConnection) list.push('connection', 'close');
  response.writeHead(answer.status, list);
}

function lengthOf({ body, status }: HttpResponse): number | null {
  if (BODILESS_STATUSES.has(status) || !(typeof body === 'string' || Buffer.isBuffer(body))) return null;
  return Buffer.byteLength(body);
}

function hasUnreadBody({ request }: HttpContext): boolean {
  if (request.complete) return false;
  const { 'content-length': length, 'transfer-encoding': transferEncoding } = request.headers;
  return transferEncoding !== undefined || (length !== undefined && length !== '0');
}

async function writeBody({ response }: HttpContext, { body }: HttpResponse): Promise<void> {
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
async function linger({ request, response }: HttpContext, clock: Clock): Promise<void> {
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
