import type { Duplex } from 'node:stream';
import type { Clock } from '../../shared/clock.js';
import type { Log } from '../../shared/log/log.js';
import { createRefusalLogLimiter } from '../edge/refusal-log-limiter.js';
import type { InFlight } from '../transport/in-flight.js';
import { rawErrorResponse } from './raw-response.js';

interface ConnectionError extends Error {
  readonly code?: string;
}

interface BrokenRequest {
  readonly status: number;
  readonly message: string;
}

const MALFORMED: BrokenRequest = { status: 400, message: 'The request is not valid HTTP.' };
const BY_CODE: Readonly<Record<string, BrokenRequest>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    message: 'The request line and headers are larger than this server takes.',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    message: 'The chunk extensions are larger than this server takes.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    message: 'The request did not arrive in time. Nothing was executed.',
  },
};

interface ClientErrorDeps {
  readonly inFlight: InFlight;
  readonly clock: Clock;
  readonly log: Log;
}

export function createClientErrorHandler(deps: ClientErrorDeps): (error: ConnectionError, socket: Duplex) => void {
  const { inFlight, clock, log } = deps;
  const refusals = createRefusalLogLimiter({ clock, log });
  return (error, socket) => {
    const { status, message } = BY_CODE[error.code ?? ''] ?? MALFORMED;
    // A client whose earlier request still waits would take this for its response; silence says "unknown", rightly.
    if (error.code === 'ECONNRESET' || !socket.writable || inFlight.isResponseDue(socket)) {
      socket.destroy();
      return;
    }
    if (!refusals.isSpent(status)) log.info({ status, code: error.code ?? null }, 'broken request');
    socket.end(rawErrorResponse({ status, message, code: 'BAD_REQUEST' }));
  };
}
