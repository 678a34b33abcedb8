import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../shared/clock.js';
import { Latch } from '../../shared/latch.js';
import { SECURITY_HEADERS } from '../edge/security-headers.js';
import type { HttpResponse, HttpContext } from './http-context.js';

const LINGER_MAX_BYTES = 1024 * 1024;
const LINGER_MAX_MS = 2_000;
const SECURITY_HEADER_LIST = Object.entries(SECURITY_HEADERS);
const OWN_HEADERS: ReadonlySet<string> = new Set(['x-request-id', 'content-length', 'connection']);
const BODILESS_STATUSES: ReadonlySet<number> = new Set([204, 304]);

interface SendOptions {
  readonly clock: Clock;
  readonly lastOnConnection: boolean;
}

/** Sends a response. Null where all of it is handed over already, else a promise of that. */
export function send(context: HttpContext, response: HttpResponse, options: SendOptions): Promise<void> | null {
  if (context.serverResponse.destroyed) return null;
  return hasUnreadBody(context) ? sendBesideBody(context, response, options) : sendAlone(context, response, options);
}

/** A short body comes with its headers: by the next turn all of it is there, and the connection can be kept. */
async function sendBesideBody(context: HttpContext, response: HttpResponse, options: SendOptions): Promise<void> {
  await nextTurn();
  const { serverResponse } = context;
  if (serverResponse.destroyed) return;
  if (!hasUnreadBody(context)) {
    await sendAlone(context, response, options);
    return;
  }
  writeHead(context, response, true);
  if (isBodiless(context, response)) {
    serverResponse.end();
    return;
  }
  await writeBody(context, response);
  await linger(context, options.clock);
  finish(context);
}

function sendAlone(context: HttpContext, response: HttpResponse, options: SendOptions): Promise<void> | null {
  const { serverResponse } = context;
  const { body } = response;
  writeHead(context, response, options.lastOnConnection);
  if (isBodiless(context, response)) serverResponse.end();
  else if (typeof body === 'string' || Buffer.isBuffer(body)) serverResponse.end(body);
  else return sendParts(context, response);
  return null;
}

async function sendParts(context: HttpContext, response: HttpResponse): Promise<void> {
  await writeBody(context, response);
  finish(context);
}

function finish({ serverResponse }: HttpContext): void {
  if (!serverResponse.destroyed) serverResponse.end();
}

function isBodiless({ request }: HttpContext, { status }: HttpResponse): boolean {
  return request.method === 'HEAD' || BODILESS_STATUSES.has(status);
}

function writeHead(context: HttpContext, response: HttpResponse, lastOnConnection: boolean): void {
  const { status, headers } = response;
  const list: (string | number)[] = ['x-request-id', context.requestId];
  for (const [name, value] of SECURITY_HEADER_LIST) if (headers[name] === undefined) list.push(name, value);
  for (const [name, value] of Object.entries(headers)) if (!OWN_HEADERS.has(name)) list.push(name, value);
  const length = lengthOf(response);
  if (length !== null) list.push('content-length', length);
  if (lastOnConnection) list.push('connection', 'close');
  context.serverResponse.writeHead(status, list);
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

async function writeBody({ serverResponse }: HttpContext, { body }: HttpResponse): Promise<void> {
  if (typeof body === 'string' || Buffer.isBuffer(body)) {
    serverResponse.write(body);
    return;
  }
  for await (const part of body) {
    if (serverResponse.destroyed) return;
    serverResponse.write(part);
  }
}

/**
 * Closing a connection while its client is still sending resets it, and the reset wipes out a response
 * that was not read yet. So the rest of the body is thrown away for a while before the connection closes.
 */
async function linger({ request, serverResponse }: HttpContext, clock: Clock): Promise<void> {
  const over = new Latch();
  const stop = () => {
    over.open();
  };
  let discardedBytes = 0;
  request.on('data', (chunk: Buffer) => {
    discardedBytes += chunk.length;
    if (discardedBytes > LINGER_MAX_BYTES) stop();
  });
  request.once('end', stop);
  serverResponse.once('close', stop);
  request.resume();
  await over.opensWithin(LINGER_MAX_MS, clock);
}
