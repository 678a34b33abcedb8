import type { IncomingMessage } from 'node:http';
import type { Exchange } from './exchange.js';
import { HttpRefusal } from './refusal.js';

/** The client went away before its request was complete: nothing was executed, and nobody is left to answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/**
 * The whole body, at most `maxBytes` of it. Throws HttpRefusal (413, before reading anything where the length was announced; 415 for a
 * compressed body) and ClientGone. How long it may take is bounded by the server's request timeout.
 */
export function readBody({ request, response }: Exchange, maxBytes: number): Promise<Buffer> {
  assertPlain(request.headers['content-encoding']);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (request.headers.expect !== undefined) response.writeContinue();
  return collect(request, maxBytes);
}

function collect(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) reject(tooLarge(maxBytes));
      else chunks.push(chunk);
    });
    request.once('end', () => {
      resolve(Buffer.concat(chunks));
    });
    const gone = () => {
      reject(new ClientGone('the connection closed before the request was complete'));
    };
    request.once('close', gone);
    request.once('error', gone);
  });
}

/** A few compressed bytes can grow into gigabytes, and no body here is worth compressing. */
function assertPlain(contentEncoding: string | undefined): void {
  if (contentEncoding === undefined || contentEncoding.toLowerCase() === 'identity') return;
  throw new HttpRefusal({
    status: 415,
    code: 'UNSUPPORTED_CONTENT_ENCODING',
    message: 'Compressed bodies are not taken. Send the body as it is, without a Content-Encoding header.',
    headers: { 'accept-encoding': 'identity' },
  });
}

function tooLarge(maxBytes: number): HttpRefusal {
  return new HttpRefusal({
    status: 413,
    code: 'BODY_TOO_LARGE',
    message: `The body is larger than ${maxBytes} bytes, the most that is taken. Nothing was executed.`,
  });
}
