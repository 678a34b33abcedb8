import { Pool } from 'undici';
import type { SendDeadline } from '../../payments/ports/payment-provider.js';
import { createConnector } from './connector.js';
import { ChargeAttempt, type HttpResult } from './charge-attempt.js';
import type { SignedHeaders, Signer, SigningContext } from './signer.js';

export interface TransportOptions {
  /** Ends in `/`. */
  readonly baseUrl: string;
  /** Through which the provider is reached; null: directly. */
  readonly proxy: URL | null;
  readonly signer: Signer;
  /** From being asked to the last byte of the answer. */
  readonly timeoutMs: number;
  /** The most at a time; further calls wait for one. */
  readonly connections: number;
}

export interface HttpCall {
  readonly method: 'GET' | 'POST';
  /** Below the base URL, without a leading slash; may have a query. */
  readonly path: string;
  /** JSON text. */
  readonly body: string | null;
}

export interface Transport {
  /** Sends the call at most once and never throws. The sendDeadline is classified when the header bytes are about to be written. */
  send(call: HttpCall, sendDeadline: SendDeadline): Promise<HttpResult>;
  /** Takes no new calls, waits for those under way (each has its deadline) and closes every connection. */
  close(): Promise<void>;
}

/** A host that is up accepts within this; waiting longer only delays a failure that is known to be harmless. */
const MAX_CONNECT_TIMEOUT_MS = 3_000;
/**
 * How long an idle connection is kept. A provider that closes one just as a charge is written leaves its outcome unknown, so this is less than
 * the least idle limit in use (gunicorn's 2 s; most have 5 s and more), whatever longer one a server or a proxy promises in `Keep-Alive`. A
 * charge after a longer pause costs the round trips of a fresh connection, about a tenth of what a charge takes.
 */
const KEEP_ALIVE_MS = 1_500;

/** A pool with one request at a time on each connection (pipelining 1, no HTTP/2): a connection that breaks takes only its own request with it. */
export function createTransport(options: TransportOptions): Transport {
  const target = new URL(options.baseUrl);
  const { timeoutMs, proxy } = options;
  const pool = new Pool(target.origin, {
    connect: createConnector({ target, proxy, timeoutMs: Math.min(MAX_CONNECT_TIMEOUT_MS, timeoutMs) }),
    connections: options.connections,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    // Each attempt has a deadline of its own, which comes first; these two catch what it might miss.
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  let closing: Promise<void> | null = null;
  return {
    send: (call, sendDeadline) => dispatch(pool, options, { ...call, path: target.pathname + call.path, sendDeadline }),
    close: () => (closing ??= closePool(pool, timeoutMs)),
  };
}

/** No attempt outlives its deadline, so whatever the pool still waits for after that is not worth waiting for. */
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
 * Signs when undici reads the headers, which it does once, as a connection takes the request over from the pool's queue. So the timestamp
 * is as old as that one connection takes to be made, at most the connect timeout; undici offers no later moment.
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

  /** An answer that repeats our key (a proxy's error page, say) must not carry it on. */
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
