import type { IncomingHttpHeaders } from 'node:http';

export interface HttpContext {
  readonly headers: IncomingHttpHeaders;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  /** Resolves when the request is answered, cut, or given up by the client. */
  readonly over: Promise<void>;
}

export type HttpResponse =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string | Buffer;
    }
  | { readonly kind: 'hold' }
  | { readonly kind: 'reset' };

export type Handler = (context: HttpContext) => HttpResponse | Promise<HttpResponse>;

export const HOLD: HttpResponse = { kind: 'hold' };
export const RESET: HttpResponse = { kind: 'reset' };

export function jsonResponse(status: number, body: unknown): HttpResponse {
  return answer(status, 'application/json; charset=utf-8', JSON.stringify(body));
}

export function textResponse(status: number, body: string): HttpResponse {
  return answer(status, 'text/plain; charset=utf-8', body);
}

export function contentResponse(headers: Readonly<Record<string, string>>, body: string | Buffer): HttpResponse {
  return { kind: 'answer', status: 200, headers: { ...COMMON_HEADERS, ...headers }, body };
}

export function redirectResponse(location: string): HttpResponse {
  return {
    kind: 'answer',
    status: 303,
    headers: { ...COMMON_HEADERS, location, 'referrer-policy': 'no-referrer' },
    body: '',
  };
}

const COMMON_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

function answer(status: number, contentType: string, body: string): HttpResponse {
  return { kind: 'answer', status, headers: { ...COMMON_HEADERS, 'content-type': contentType }, body };
}
