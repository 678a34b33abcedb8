import { jsonResponse, type HttpResponse } from './http-context.js';

export interface HttpErrorOptions {
  readonly status: number;
  readonly code: string;
  /** For people: the rule, and what to do. Never shows what was sent. */
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Turns a request away. It has no stack trace, which would cost more than the rest of the response. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  constructor(readonly options: HttpErrorOptions) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(options.message);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

export function errorResponse(options: HttpErrorOptions, requestId: string): HttpResponse {
  const extensions = { code: options.code, requestId };
  const response = jsonResponse(options.status, { errors: [{ message: options.message, extensions }] });
  return { ...response, headers: { ...response.headers, 'cache-control': 'no-store', ...options.headers } };
}

export const INTERNAL_ERROR: HttpErrorOptions = {
  status: 500,
  code: 'INTERNAL_SERVER_ERROR',
  message: 'Internal server error',
};

export const SHUTTING_DOWN: HttpErrorOptions = {
  status: 503,
  code: 'SHUTTING_DOWN',
  message:
    'This server is shutting down and did not look at the request. ' +
    'Send it again: another server, or this one after its restart, will answer.',
  headers: { 'retry-after': '1' },
};
