import type { IncomingMessage, ServerResponse } from 'node:http';

/** One request and the place for its answer. */
export interface HttpContext extends Target {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly method: string;
}

/** What the request line asks for. */
export interface Target {
  /** Without the query string and a slash at the end, so that both spellings are served, spared and logged alike. */
  readonly path: string;
  /** The query string with its question mark, or the empty string. */
  readonly search: string;
  /** The host that an absolute target names (`POST http://host/graphql`), which counts before the Host header. Null: it names none. */
  readonly targetHost: string | null;
}

/** What a handler wants to be sent. Handlers never touch the socket. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | AsyncIterable<string>;
}

/** An answer that is known at once is given at once: a promise costs more than most refusals, and strangers ask for those by the thousand. */
export type Handler = (context: HttpContext) => Promise<HttpResponse> | HttpResponse;

/** What comes of an answer: at once where the answer is there, else when it comes. */
export function mapMaybeAsync<T>(
  answer: Promise<HttpResponse> | HttpResponse,
  next: (answer: HttpResponse) => T,
): Promise<Awaited<T>> | T {
  return answer instanceof Promise ? (answer.then(next) as Promise<Awaited<T>>) : next(answer);
}

/** The target of a request line, in origin form, absolute form (RFC 9112, section 3.2.2) or as an asterisk, cut at the question mark. */
export function splitTarget(target: string): Target {
  const absolute = target.startsWith('/') ? null : ABSOLUTE_FORM.exec(target);
  if (absolute === null) return { ...splitSearch(target), targetHost: null };
  const [, host = '', rest = ''] = absolute;
  return { ...splitSearch(rest.startsWith('/') ? rest : `/${rest}`), targetHost: host };
}

/** Host and port, then the rest. A user's name before the host is an error (RFC 9110, section 4.2.4), so it matches no route. */
const ABSOLUTE_FORM = /^https?:\/\/([^/?#@\\]+)(.*)$/i;

function splitSearch(target: string): Pick<Target, 'path' | 'search'> {
  const cut = target.indexOf('?');
  return cut === -1
    ? { path: withoutSlash(target), search: '' }
    : { path: withoutSlash(target.slice(0, cut)), search: target.slice(cut) };
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

export function jsonResponse(status: number, value: unknown): HttpResponse {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) };
}
