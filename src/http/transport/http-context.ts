import type { IncomingMessage, ServerResponse } from 'node:http';

export interface HttpContext extends Target {
  readonly request: IncomingMessage;
  readonly serverResponse: ServerResponse;
  readonly requestId: string;
  readonly method: string;
}

interface Target {
  /** Without the query string and a slash at the end, so that both spellings are routed and logged alike. */
  readonly path: string;
  readonly search: string;
  /** The host of an absolute target (`POST http://host/graphql`), which counts before the Host header; else null. */
  readonly targetHost: string | null;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | AsyncIterable<string>;
}

/** Responses that are known at once come without a promise: it costs more than most errors, which floods ask for. */
export type Handler = (context: HttpContext) => Promise<HttpResponse> | HttpResponse;

export function mapMaybeAsync<T>(
  response: Promise<HttpResponse> | HttpResponse,
  next: (response: HttpResponse) => T,
): Promise<Awaited<T>> | T {
  return response instanceof Promise ? (response.then(next) as Promise<Awaited<T>>) : next(response);
}

export function splitTarget(target: string): Target {
  const absolute = target.startsWith('/') ? null : ABSOLUTE_FORM.exec(target);
  if (absolute === null) return { ...splitSearch(target), targetHost: null };
  const [, host = '', rest = ''] = absolute;
  return { ...splitSearch(rest.startsWith('/') ? rest : `/${rest}`), targetHost: host };
}

/** A user's name before the host is an error (RFC 9110, section 4.2.4), so such a target matches no route. */
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
