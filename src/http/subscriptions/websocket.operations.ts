import type { IncomingHttpHeaders } from 'node:http';
import { GraphQLError, parse, type ExecutionArgs, type ExecutionResult, type GraphQLFormattedError } from 'graphql';
import { CloseCode, makeServer, type Context, type Server, type SubscribePayload } from 'graphql-ws';
import type { GraphqlApi } from '../../graphql/api.js';
import {
  streamOperation,
  type StreamResponse,
  type StreamedOperation,
} from '../../graphql/subscription/stream-operation.js';
import type { Caller } from '../../payments/access/caller.js';
import type { Clock } from '../../shared/clock.js';
import { newId } from '../../shared/ids.js';
import type { Authenticate } from '../authentication/authenticator.js';
import { OVERLOADED } from '../edge/load-shedder.js';
import { HttpError } from '../transport/http-error.js';
import type { StreamLimits } from './stream-limits.js';

export interface SocketOperationsDeps {
  readonly api: GraphqlApi;
  readonly authenticate: Authenticate;
  readonly limits: StreamLimits;
  isOverloaded(): boolean;
  readonly clock: Clock;
}

export interface SocketExtra {
  readonly headers: IncomingHttpHeaders;
  introduce(caller: Caller): boolean;
  /** Does the work of an operation when the limiter lets it. Null where too many wait. */
  runLimited<T>(work: () => Promise<T>): Promise<T> | null;
  close(code: number, reason: string): void;
}

type SocketContext = Context<Record<string, unknown>, SocketExtra>;

export function createSocketOperations(deps: SocketOperationsDeps): Server<SocketExtra> {
  return makeServer<Record<string, unknown>, SocketExtra>({
    connectionInitWaitTimeout: deps.limits.initTimeoutMs,
    onConnect: (context) => admit(context, deps),
    onSubscribe: (context, id, payload) => run(context, { id, payload }, deps),
    execute: ({ contextValue }) =>
      (contextValue as Extract<StreamResponse, { kind: 'single' }>).result as ExecutionResult,
    subscribe: ({ contextValue }) =>
      (contextValue as Extract<StreamResponse, { kind: 'stream' }>)
        .results as unknown as AsyncIterable<ExecutionResult>,
    // Errors were formatted in the pipeline; the protocol's own way is to ask them to format themselves.
    onNext: (...[, , , , result]) => result,
  });
}

/** Browsers can't set headers on a WebSocket, so credentials may come with the first message. */
async function admit(context: SocketContext, { authenticate }: SocketOperationsDeps): Promise<boolean> {
  try {
    return context.extra.introduce(await authenticate(headersOf(context)));
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    if (error.options.status === 401) context.extra.close(CloseCode.Unauthorized, 'Unauthorized');
    return false;
  }
}

function headersOf({ extra, connectionParams }: SocketContext): IncomingHttpHeaders {
  const given = connectionParams?.authorization ?? connectionParams?.Authorization;
  return typeof given === 'string' ? { ...extra.headers, authorization: given } : extra.headers;
}

interface SubscribeMessage {
  readonly id: string;
  readonly payload: SubscribePayload;
}

async function run(
  context: SocketContext,
  { id, payload }: SubscribeMessage,
  deps: SocketOperationsDeps,
): Promise<ExecutionArgs | GraphQLError[]> {
  const requestId = newId('request', deps.clock.now());
  if (Object.keys(context.subscriptions).length > deps.limits.maxOperationsPerSocket) return tooMany(requestId);
  const running = context.extra.runLimited(() =>
    id in context.subscriptions ? execute(context, { payload, requestId }, deps) : Promise.resolve(GIVEN_UP),
  );
  return (await running) ?? tooMany(requestId);
}

const GIVEN_UP = [new GraphQLError('The operation was given up.')];

interface SocketOperation {
  readonly payload: SubscribePayload;
  readonly requestId: string;
}

/** Checks load and credentials for each operation: the socket may have been opened long before. */
async function execute(
  context: SocketContext,
  { payload, requestId }: SocketOperation,
  deps: SocketOperationsDeps,
): Promise<ExecutionArgs | GraphQLError[]> {
  try {
    if (deps.isOverloaded()) throw new HttpError(OVERLOADED);
    const caller = await deps.authenticate(headersOf(context));
    return toProtocol(await streamOperation(deps.api, toOperation(payload), { requestId, caller }));
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    const { message, code } = error.options;
    return [new SentError({ message, extensions: { code, requestId } })];
  }
}

function tooMany(requestId: string): GraphQLError[] {
  return [new SentError({ message: TOO_MANY, extensions: { code: 'TOO_MANY_OPERATIONS', requestId } })];
}

const TOO_MANY =
  'This connection has as many operations under way as one may have. Complete some of them, or open another.';

function toOperation({ query, operationName, variables, extensions }: SubscribePayload): StreamedOperation {
  return {
    query,
    ...(typeof operationName === 'string' && { operationName }),
    ...(variables && { variables }),
    ...(extensions && { extensions }),
  };
}

/** An operation with errors before it ran becomes an `error` message; results go on to `execute` or `subscribe`. */
function toProtocol(response: StreamResponse): ExecutionArgs | GraphQLError[] {
  if (response.kind === 'single' && response.result.errors !== undefined && response.result.data === undefined)
    return response.result.errors.map((error) => new SentError(error));
  const document = response.kind === 'stream' ? A_SUBSCRIPTION : A_QUERY;
  return { document, contextValue: response } as unknown as ExecutionArgs;
}

const A_SUBSCRIPTION = parse('subscription { any }');
const A_QUERY = parse('query { any }');

class SentError extends GraphQLError {
  constructor(private readonly formatted: GraphQLFormattedError) {
    super(formatted.message);
  }

  override toJSON(): GraphQLFormattedError {
    return this.formatted;
  }
}
