import type { IncomingMessage } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../shared/clock.js';
import { Latch } from '../../shared/latch.js';
import type { HttpContext } from '../transport/http-context.js';
import { HttpError } from '../transport/http-error.js';
import type { SlowBodyLimiter } from './slow-body-limiter.js';

/** The client went away before its request was complete: nothing was executed, and there is no one to answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

const GONE = new ClientGone('the connection closed before the request was complete');

export interface BodyOptions {
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly awaited: SlowBodyLimiter;
  readonly clock: Clock;
}

/**
 * Resolves with the whole body. Throws HttpError 413 (unread, where the length was announced), 415 (compressed),
 * 408 (late) or 503 (slow, and others waited), and ClientGone.
 */
export async function readBody({ request, serverResponse }: HttpContext, options: BodyOptions): Promise<Buffer> {
  assertPlain(request.headers['content-encoding']);
  if (Number(request.headers['content-length'] ?? 0) > options.maxBytes) throw tooLarge(options.maxBytes);
  if (request.destroyed) throw GONE;
  if (request.headers.expect !== undefined) serverResponse.writeContinue();
  const body = collect(request, options.maxBytes);
  return request.complete ? body.whole : awaitRest(body, options);
}

interface Body {
  readonly whole: Promise<Buffer>;
  giveUp(reason: Error): void;
}

async function awaitRest(body: Body, options: BodyOptions): Promise<Buffer> {
  const leave = options.awaited.enter(() => {
    body.giveUp(gaveWay());
  });
  try {
    // As a rule the rest has come with the headers and needs no timer: it is there before the next turn.
    return (await Promise.race([body.whole, nextTurn(null)])) ?? (await inTime(body, options));
  } finally {
    leave();
  }
}

async function inTime({ whole, giveUp }: Body, { timeoutMs, clock }: BodyOptions): Promise<Buffer> {
  const done = new Latch();
  void done.opensWithin(timeoutMs, clock).then((isDone) => {
    if (!isDone) giveUp(tooSlow());
  });
  try {
    return await whole;
  } finally {
    done.open();
  }
}

function collect(request: IncomingMessage, maxBytes: number): Body {
  const chunks: Buffer[] = [];
  let size = 0;
  let giveUp: Body['giveUp'] = () => undefined;
  const whole = new Promise<Buffer>((resolve, reject) => {
    giveUp = (reason) => {
      request.off('data', take);
      chunks.length = 0;
      reject(reason);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBytes) giveUp(tooLarge(maxBytes));
      else chunks.push(chunk);
    };
    const gone = (): void => {
      giveUp(GONE);
    };
    request.on('data', take);
    request.once('end', () => {
      resolve(Buffer.concat(chunks));
    });
    request.once('close', gone).once('error', gone);
  });
  return { whole, giveUp };
}

/** A few compressed bytes can grow into gigabytes, and no body here is worth compressing. */
function assertPlain(contentEncoding: string | undefined): void {
  if (contentEncoding === undefined || contentEncoding.toLowerCase() === 'identity') return;
  throw new HttpError({
    status: 415,
    code: 'UNSUPPORTED_CONTENT_ENCODING',
    message: 'Compressed bodies are not taken. Send the body as it is, without a Content-Encoding header.',
    headers: { 'accept-encoding': 'identity' },
  });
}

export function isTooLarge(error: unknown): boolean {
  return error instanceof HttpError && error.options.code === BODY_TOO_LARGE;
}

const BODY_TOO_LARGE = 'BODY_TOO_LARGE';

function tooLarge(maxBytes: number): HttpError {
  return new HttpError({
    status: 413,
    code: BODY_TOO_LARGE,
    message: `The body is larger than ${maxBytes} bytes, the most that is taken. Nothing was executed.`,
  });
}

function tooSlow(): HttpError {
  return new HttpError({
    status: 408,
    code: 'REQUEST_TIMEOUT',
    message: 'The body did not arrive in time. Nothing was executed.',
  });
}

function gaveWay(): HttpError {
  return new HttpError({
    status: 503,
    code: 'OVERLOADED',
    message:
      'The rest of the request did not come while others waited. Nothing was executed; send it again in a moment.',
    headers: { 'retry-after': '1' },
  });
}
