import type { Duplex } from 'node:stream';
import { rawErrorResponse } from '../bodies/raw-response.js';
import type { HttpErrorOptions } from '../transport/http-error.js';

export function rejectHandshake(error: HttpErrorOptions, socket: Duplex): void {
  socket.end(rawErrorResponse(error)).once('finish', () => socket.destroy());
}
