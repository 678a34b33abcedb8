import type { IncomingMessage } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../shared/clock.js';
import type { HttpContext } from '../transport/http-context.js';
import { HttpError } from '../transport/http-error.js';
import type { SlowBodyLimiter } from './slow-body-limiter.js';

/** The client went away before its request was complete: nothing was executed, and nobody is left to answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/** Made once: every request closes in the end, and one that is complete by then needs no new error for it. */
const GONE = new ClientGone('the connection closed before the request was complete');

/** What a body may cost while it comes in. */
export interface BodyOptions {
  readonly maxBytes: number;
  /** From the moment at which somebody wants it to its last byte. */
  readonly timeoutMs: number;
  /** Of those whose bodies are still coming. */
  readonly awaited: SlowBodyLimiter;
  readonly clock: Clock;
}

/**
 * The whole body. Throws HttpError (413, before reading anything where the length was announced; 415 for a compressed body; 408 for
 * one that does not come in time; 503 for a slow one that has to give way) and ClientGone.
 */
export async function readBody({ request, response }: HttpContext, options: BodyOptions): Promise<Buffer> {
  assertPlain(request.headers['content-encoding']);
  if (Number(request.headers['content-length'] ?? 0) > options.maxBytes) throw tooLarge(options.maxBytes);
  // Whatever would tell of it came before anybody listened.
  if (request.destroyed) throw GONE;
  if (request.headers.expect !== undefined) response.writeContinue();
  const body = collect(request, options.maxBytes);
  return request.complete ? body.whole : awaitRest(body, options);
}

interface Body {
  /** Resolves when all of it has come. */
  readonly whole: Promise<Buffer>;
  /** Rejects it, and lets go of what has come so far. */
  giveUp(reason: Error): void;
}

async function awaitRest(body: Body, options: BodyOptions): Promise<Buffer> {
  const leave = options.awaited.enter(() => {
    body.giveUp(gaveWay());
  });
  try {
    // As a rule the rest has come with the headers, and needs no timer: it is there before the next turn.
    return (await Promise.race([body.whole, nextTurn(null)])) ?? (await inTime(body, options));
  } finally {
    leave();
  }
}

async function inTime({ whole, giveUp }: Body, { timeoutMs, clock }: BodyOptions): Promise<Buffer> {
  const over = new AbortController();
  void clock.sleep(timeoutMs, over.signal).then(() => {
    if (!over.signal.aborted) giveUp(tooSlow());
  });
  try {
    return await whole;
  } finally {
    over.abort(ALL_THERE);
  }
}

/** Made once: an abort without a reason makes an error with a stack trace. */
const ALL_THERE = new Error('nobody waits for the body any more');

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
