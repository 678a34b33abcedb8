import type { IncomingMessage, ServerResponse } from 'node:http';

/** One request and the place for its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly method: string;
  /** Without the query string and a slash at the end, so that both spellings are served, spared and logged alike. */
  readonly path: string;
  /** The query string with its question mark, or the empty string. */
  readonly search: string;
}

/** What a handler wants to be sent. Handlers never touch the socket. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | AsyncIterable<string>;
}

/** An answer that is known at once is given at once: a promise costs more than most refusals, and strangers ask for those by the thousand. */
export type Handler = (exchange: Exchange) => Promise<Answer> | Answer;

/** What comes of an answer: at once where the answer is there, else when it comes. */
export function onceKnown<T>(answer: Promise<Answer> | Answer, next: (answer: Answer) => T): Promise<Awaited<T>> | T {
  return answer instanceof Promise ? (answer.then(next) as Promise<Awaited<T>>) : next(answer);
}

/** The target of a request line, cut at the question mark. Anything but an origin-form target matches no route. */
export function splitTarget(target: string): Pick<Exchange, 'path' | 'search'> {
  const cut = target.indexOf('?');
  return cut === -1
    ? { path: withoutSlash(target), search: '' }
    : { path: withoutSlash(target.slice(0, cut)), search: target.slice(cut) };
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

export function jsonAnswer(status: number, value: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) };
}
