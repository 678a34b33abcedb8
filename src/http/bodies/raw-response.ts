import { STATUS_CODES } from 'node:http';
import { SECURITY_HEADERS } from '../edge/security-headers.js';
import type { HttpErrorOptions } from '../transport/http-error.js';

export function rawErrorResponse({ status, message, code, headers: own }: HttpErrorOptions): string {
  const body = JSON.stringify({ errors: [{ message, extensions: { code } }] });
  const headers = {
    ...SECURITY_HEADERS,
    ...own,
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
}
