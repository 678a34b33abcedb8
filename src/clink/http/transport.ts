import { Pool } from 'undici';
import type { SendDeadline } from '../../payments/ports/payment-provider.js';
import { createConnector } from './connector.js';
import { ChargeAttempt, type HttpResult } from './charge-attempt.js';
import type { SignedHeaders, Signer, SigningContext } from './signer.js';

interface TransportOptions {
  readonly baseUrl: string;
  readonly proxy: URL | null;
  readonly signer: Signer;
  readonly timeoutMs: number;
  readonly connections: number;
}

export interface HttpCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: string | null;
}

export interface Transport {
  /** Sends the call at most once and never throws. The send deadline is checked as the header bytes are written. */
  send(call: HttpCall, sendDeadline: SendDeadline): Promise<HttpResult>;
  /** Takes no new calls, waits for those under way (each has its deadline) and closes every connection. */
  close(): Promise<void>;
}

const MAX_CONNECT_TIMEOUT_MS = 3_000;
/**
 * How long an idle connection is kept. A provider that closes one just as a charge is written leaves
 * its outcome unknown, so this is below the least idle limit in use (gunicorn's 2 s; most have 5 s
 * and more), even where `Keep-Alive` promises a longer one. After a longer pause a charge costs the
 * round trips of a fresh connection, about a tenth of its time.
 */
const KEEP_ALIVE_MS = 1_500;

/** One request at a time on a connection (pipelining 1, no HTTP/2): a broken connection takes only its own request. */
export function createTransport(options: TransportOptions): Transport {
  const target = new URL(options.baseUrl);
  const { timeoutMs, proxy } = options;
  const pool = new Pool(target.origin, {
    connect: createConnector({ target, proxy, timeoutMs: Math.min(MAX_CONNECT_TIMEOUT_MS, timeoutMs) }),
    connections: options.connections,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  let closing: Promise<void> | null = null;
  return {
    send: (call, sendDeadline) => dispatch(pool, options, { ...call, path: target.pathname + call.path, sendDeadline }),
    close: () => (closing ??= closePool(pool, timeoutMs)),
  };
}

async function closePool(pool: Pool, timeoutMs: number): Promise<void> {
  await Promise.race([pool.close(), passing(timeoutMs)]);
  await pool.destroy();
}

type Sending = HttpCall & { readonly sendDeadline: SendDeadline };

function dispatch(
  pool: Pool,
  { signer, timeoutMs }: TransportOptions,
  { sendDeadline, ...call }: Sending,
): Promise<HttpResult> {
  return new Promise((resolve) => {
    const headers = new LateHeaders(signer, call);
    const attempt = new ChargeAttempt(sendDeadline, (result) => {
      clearTimeout(answerTimer);
      clearTimeout(sendTimer);
      resolve(headers.withoutKey(result));
    });
    const answerTimer = setTimeout(() => attempt.expire(), timeoutMs);
    const remainingMs = sendDeadline.remainingMs();
    const sendTimer = remainingMs < timeoutMs ? setTimeout(() => attempt.missDeadline(), remainingMs) : undefined;
    // Never idempotent: undici sends such a request again when its connection breaks.
    pool.dispatch({ ...call, headers, idempotent: false }, attempt);
  });
}

/**
 * Signs when undici reads the headers, once, as a connection takes the request from the pool's
 * queue: the timestamp is at most a connect timeout old. undici offers no later moment.
 */
class LateHeaders implements Iterable<[string, string]> {
  private signed: SignedHeaders | null = null;

  constructor(
    private readonly signer: Signer,
    private readonly context: SigningContext,
  ) {}

  *[Symbol.iterator](): Iterator<[string, string]> {
    this.signed = this.signer.sign(this.context);
    yield* Object.entries(this.signed);
    yield ['Accept', 'application/json'];
    // Without it any coding is welcome (RFC 9110 §12.5.3), and a CDN may choose one.
    yield ['Accept-Encoding', 'identity'];
    if (this.context.body !== null) yield ['Content-Type', 'application/json'];
  }

  /** An answer that repeats the API key, a proxy's error page say, must not carry it on. */
  withoutKey(result: HttpResult): HttpResult {
    const apiKey = this.signed?.['X-API-KEY'] ?? '';
    if (result.kind !== 'answered' || apiKey === '' || !result.body.includes(apiKey)) return result;
    return { ...result, body: result.body.replaceAll(apiKey, '[redacted]') };
  }
}

function passing(durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, durationMs).unref();
  });
}
