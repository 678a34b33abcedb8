import type { IncomingHttpHeaders } from 'node:http';

/** A request as the sandbox's handlers see it: read whole, its path matched. */
export interface Call {
  readonly headers: IncomingHttpHeaders;
  /** What the route's `:names` stood for, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  /** Resolves when the exchange is over: answered, cut, or given up by the client. */
  readonly over: Promise<void>;
}

/** What becomes of a request: an answer, no answer ever, or a cut connection. */
export type Reply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string | Buffer;
    }
  | { readonly kind: 'hold' }
  | { readonly kind: 'reset' };

export type Handler = (call: Call) => Reply | Promise<Reply>;

export const HOLD: Reply = { kind: 'hold' };
export const RESET: Reply = { kind: 'reset' };

export function jsonReply(status: number, body: unknown): Reply {
  return answer(status, 'application/json; charset=utf-8', JSON.stringify(body));
}

export function textReply(status: number, body: string): Reply {
  return answer(status, 'text/plain; charset=utf-8', body);
}

/** Any other kind of answer; headers given here win. */
export function contentReply(headers: Readonly<Record<string, string>>, body: string | Buffer): Reply {
  return { kind: 'answer', status: 200, headers: { ...COMMON_HEADERS, ...headers }, body };
}

/** 303: whatever was posted, the browser goes on with a GET. */
export function redirectReply(location: string): Reply {
  return {
    kind: 'answer',
    status: 303,
    headers: { ...COMMON_HEADERS, location, 'referrer-policy': 'no-referrer' },
    body: '',
  };
}

const COMMON_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

function answer(status: number, contentType: string, body: string): Reply {
  return { kind: 'answer', status, headers: { ...COMMON_HEADERS, 'content-type': contentType }, body };
}
