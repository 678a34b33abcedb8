import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { createHandler, type Handler as EventStreamProtocol, type RequestParams } from 'graphql-sse';
import type { GraphqlApi } from '../../graphql/api.js';
import { streamOperation, type StreamResponse } from '../../graphql/subscription/stream-operation.js';
import { TOO_MANY_STREAMS, type StreamQuota } from '../../graphql/subscription/stream-quota.js';
import type { Caller } from '../../payments/access/caller.js';
import type { Clock } from '../../shared/clock.js';
import { Latch } from '../../shared/latch.js';
import { sleepUntil } from '../../shared/sleep-until.js';
import type { Authenticate } from '../authentication/authenticator.js';
import { readBody, type BodyOptions } from '../bodies/body.js';
import type { HttpResponse, HttpContext, Handler } from '../transport/http-context.js';
import { assertJson, parseJson } from '../graphql/graphql-body.js';
import { toRequestSearch } from '../graphql/graphql-search.js';
import { HttpError } from '../transport/http-error.js';
import type { OpenStreams } from './open-streams.js';
import type { StreamLimits } from './stream-limits.js';

interface EventStreamDeps {
  readonly api: GraphqlApi;
  readonly authenticate: Authenticate;
  readonly streams: OpenStreams;
  readonly streamQuota: StreamQuota;
  readonly limits: StreamLimits;
  readonly body: BodyOptions;
  readonly clock: Clock;
}

export function wantsEventStream({ accept = '' }: IncomingHttpHeaders): boolean {
  return accept.split(/[;,]/, 1)[0]?.trim().toLowerCase() === 'text/event-stream';
}

/**
 * Subscriptions and queries as server-sent events, one operation to a request ("distinct connections mode").
 * A stream that is cut off ends without a `complete` event, so that clients connect again.
 */
export function createEventStreamHandler(deps: EventStreamDeps): Handler {
  const protocol = createProtocol(deps);
  return async (context) => {
    const { request, method, search } = context;
    const caller = await deps.authenticate(request.headers);
    holdQuota(context.serverResponse, deps.streamQuota.take(caller));
    const body = method === 'POST' ? await readOperation(context, deps.body) : null;
    const [events, { status }] = await protocol({
      method: method === 'HEAD' ? 'GET' : method,
      url: toRequestSearch(search),
      body,
      raw: context,
      context: { http: context, caller },
      headers: { get: (name) => KNOWN_HEADERS[name] },
    });
    if (status !== 200 || events === null || typeof events === 'string') throw unreadable();
    endInTime(context.serverResponse, { ...deps, caller, end: () => void events.return(undefined) });
    return toEventStream(events);
  };
}

const KNOWN_HEADERS: Readonly<Record<string, string>> = {
  accept: 'text/event-stream',
  'content-type': 'application/json',
};

interface ProtocolContext {
  readonly http: HttpContext;
  readonly caller: Caller;
}

function createProtocol({ api, limits, clock }: EventStreamDeps): EventStreamProtocol<HttpContext, ProtocolContext> {
  return createHandler<HttpContext, ProtocolContext>({
    // Without a token there is no "single connection mode", which keeps streams for clients that are not connected.
    authenticate: () => null,
    onSubscribe: async ({ context }, params) => {
      const { http, caller } = context;
      return toResults(await streamOperation(api, toOperation(params), { requestId: http.requestId, caller }));
    },
    // The protocol's queue has no end: the next result is asked for once the client has taken this one.
    onNext: (_context, { context }) => taken(context.http.serverResponse, limits, clock),
  });
}

function toOperation({ query, operationName, variables, extensions }: RequestParams) {
  return {
    query,
    ...(typeof operationName === 'string' && { operationName }),
    ...(variables && { variables }),
    ...(extensions && { extensions }),
  };
}

function toResults(response: StreamResponse): AsyncIterable<ExecutionResult> {
  const results = response.kind === 'stream' ? response.results : only(response.result);
  return results as unknown as AsyncIterable<ExecutionResult>;
}

async function* only<T>(value: T): AsyncGenerator<T> {
  yield await Promise.resolve(value);
}

async function readOperation(context: HttpContext, body: BodyOptions): Promise<Record<string, unknown>> {
  assertJson(context.request.headers['content-type']);
  const operation = parseJson(await readBody(context, body));
  if (typeof operation !== 'object' || operation === null) throw unreadable();
  return operation as Record<string, unknown>;
}

function holdQuota(response: ServerResponse, giveBack: (() => void) | null): void {
  if (giveBack === null) throw new HttpError({ ...TOO_MANY_STREAMS, headers: { 'retry-after': '5' } });
  if (response.destroyed) giveBack();
  else response.once('close', giveBack);
}

function toEventStream(events: AsyncGenerator<string>): HttpResponse {
  // Proxies that buffer responses would hold the events back.
  const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' };
  return { status: 200, headers: { ...headers, 'cache-control': 'no-store' }, body: events };
}

interface StreamEnd extends Pick<EventStreamDeps, 'streams' | 'limits' | 'clock'> {
  readonly caller: Caller;
  end(): void;
}

/** Ends a stream when its client is gone, at a shutdown, at its greatest age, and when the caller's token expires. */
function endInTime(response: ServerResponse, { streams, limits, clock, caller, end }: StreamEnd): void {
  const over = new Latch();
  const forget = streams.add(end);
  const onClose = (): void => {
    end();
    forget();
    over.open();
  };
  if (response.destroyed) onClose();
  else response.once('close', onClose);
  const untilMs = Math.min(clock.now() + limits.maxAgeMs, caller.provedUntilMs ?? Number.POSITIVE_INFINITY);
  void sleepUntil(untilMs, over.signal, clock).then(end);
}

async function taken(response: ServerResponse, { stalledAfterMs }: StreamLimits, clock: Clock): Promise<void> {
  if (!response.writableNeedDrain || response.destroyed) return;
  const moved = new Latch();
  const onMove = (): void => {
    moved.open();
  };
  response.once('drain', onMove).once('close', onMove);
  const hasMoved = await moved.opensWithin(stalledAfterMs, clock);
  response.off('drain', onMove).off('close', onMove);
  if (!hasMoved) response.destroy();
}

function unreadable(): HttpError {
  return new HttpError({
    status: 400,
    code: 'BAD_REQUEST',
    message: 'The request holds no GraphQL operation that could be read. Nothing was executed.',
  });
}
