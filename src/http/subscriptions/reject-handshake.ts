import type { Duplex } from 'node:stream';
import { rawErrorResponse } from '../bodies/raw-response.js';
import type { HttpErrorOptions } from '../transport/http-error.js';

/** Answers a handshake that does not lead to a WebSocket, and closes the connection. */
export function rejectHandshake(error: HttpErrorOptions, socket: Duplex): void {
  socket.end(rawErrorResponse(error)).once('finish', () => socket.destroy());
}
