import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { refusalText } from '../bodies/client-error.js';
import type { HttpErrorOptions } from '../transport/http-error.js';

/** Answers a handshake that does not lead to a WebSocket, and closes the connection. */
export function refuseHandshake({ status, ...options }: HttpErrorOptions, socket: Duplex): void {
  const text = refusalText({ ...options, status: `${status} ${STATUS_CODES[status] ?? ''}` });
  socket.end(text).once('finish', () => socket.destroy());
}
