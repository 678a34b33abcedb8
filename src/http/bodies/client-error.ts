import type { Duplex } from 'node:stream';
import type { Clock } from '../../shared/clock.js';
import type { Log } from '../../shared/log/log.js';
import type { InFlight } from '../transport/in-flight.js';
import { createRefusalLogLimiter } from '../edge/refusal-log-limiter.js';
import { SECURITY_HEADERS } from '../edge/security-headers.js';

/** What node:http emits when it can't make a request out of what it got. */
export interface ConnectionError extends Error {
  readonly code?: string;
}

interface BrokenRequestAnswer {
  readonly status: string;
  readonly message: string;
}

const MALFORMED: BrokenRequestAnswer = { status: '400 Bad Request', message: 'The request is not valid HTTP.' };
const ANSWERS: Readonly<Record<string, BrokenRequestAnswer>> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    message: 'The request line and headers are larger than this server takes.',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: '413 Payload Too Large',
    message: 'The chunk extensions are larger than this server takes.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    message: 'The request did not arrive in time. Nothing was executed.',
  },
};

export interface ClientErrorDeps {
  readonly inFlight: InFlight;
  readonly clock: Clock;
  readonly log: Log;
}

/** Answers what never became a request, and closes the connection. */
export function createClientErrorHandler({
  inFlight,
  clock,
  log,
}: ClientErrorDeps): (error: ConnectionError, socket: Duplex) => void {
  const refusals = createRefusalLogLimiter({ clock, log });
  return (error, socket) => {
    const { status, message } = ANSWERS[error.code ?? ''] ?? MALFORMED;
    // Where an earlier request still waits for its answer, the client would take this refusal for it: silence says "unknown", which is true.
    if (error.code === 'ECONNRESET' || !socket.writable || inFlight.isAnswerDue(socket)) {
      socket.destroy();
      return;
    }
    const statusCode = Number(status.slice(0, 3));
    if (!refusals.isSpent(statusCode)) log.info({ status: statusCode, code: error.code ?? null }, 'broken request');
    socket.end(refusalText({ status, message, code: 'BAD_REQUEST' }));
  };
}

export interface RefusalText {
  /** The code and its phrase. */
  readonly status: string;
  readonly message: string;
  readonly code: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A whole answer, to be written past node:http; the connection ends with it. */
export function refusalText({ status, message, code, headers: own }: RefusalText): string {
  const body = JSON.stringify({ errors: [{ message, extensions: { code } }] });
  const headers = {
    ...SECURITY_HEADERS,
    ...own,
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`;
}
