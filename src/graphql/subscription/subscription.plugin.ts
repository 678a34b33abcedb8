import { HeaderMap, type ApolloServerPlugin, type GraphQLRequestListener, type GraphQLResponse } from '@apollo/server';
import { GraphQLError, OperationTypeNode, type OperationDefinitionNode } from 'graphql';
import type { RequestContext } from '../context.js';
import type { ErrorMasking } from '../errors/error-masking.js';
import { refuseOperation, type OperationRefusal } from './refused-operation.js';
import { openResultStream, type ResultStream, type SubscriptionRun } from './result-stream.js';
import type { StreamSlot } from './stream-slot.js';

export interface SubscriptionPluginDeps {
  readonly mask: ErrorMasking['mask'];
  contextFor(request: Pick<RequestContext, 'requestId' | 'caller'>): RequestContext;
}

/**
 * Runs subscriptions inside Apollo Server's pipeline, at the point where it would execute a query: parsing, validation, limits and whatever
 * else is plugged in hold for them as for every operation.
 */
export function createSubscriptionPlugin(deps: SubscriptionPluginDeps): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: () => Promise.resolve({ responseForOperation: (request) => respond(request, deps) }),
  };
}

/** A request whose document is valid. */
export type ResolvedRequest = Parameters<
  NonNullable<GraphQLRequestListener<RequestContext>['responseForOperation']>
>[0];

/** Null leaves the operation to Apollo Server. */
function respond(request: ResolvedRequest, deps: SubscriptionPluginDeps): Promise<GraphQLResponse | null> {
  const { stream, requestId } = request.contextValue;
  switch (operationOf(request)?.operation) {
    case OperationTypeNode.SUBSCRIPTION:
      return stream === undefined ? refuse(STREAM_NEEDED, requestId) : open(request, stream, deps);
    case OperationTypeNode.MUTATION:
      return stream === undefined ? Promise.resolve(null) : refuse(REQUEST_NEEDED, requestId);
    case OperationTypeNode.QUERY:
    case undefined:
      return Promise.resolve(null);
  }
}

/** Begins a subscription; its payment is read when the first result is asked for. Its refusal is a single result. */
export function openSubscription(
  request: ResolvedRequest,
  deps: SubscriptionPluginDeps,
): ReturnType<typeof openResultStream> {
  return openResultStream(toRun(request, deps));
}

/** There is none where the document has no operation of the given name, which the type doesn't say. */
export function operationOf({ operation }: ResolvedRequest): OperationDefinitionNode | undefined {
  return operation;
}

async function open(
  request: ResolvedRequest,
  slot: StreamSlot,
  deps: SubscriptionPluginDeps,
): Promise<GraphQLResponse> {
  const opened = await openSubscription(request, deps);
  if (isStream(opened)) slot.results = opened;
  return {
    http: { status: undefined, headers: new HeaderMap() },
    body: { kind: 'single', singleResult: isStream(opened) ? {} : opened },
  };
}

function toRun({ schema, document, request, contextValue, operation }: ResolvedRequest, deps: SubscriptionPluginDeps) {
  const { requestId, caller } = contextValue;
  return {
    args: {
      ...{ schema, document, contextValue: deps.contextFor({ requestId, caller }) },
      ...{ variableValues: request.variables, operationName: request.operationName },
    },
    contextForEvent: () => deps.contextFor({ requestId, caller }),
    mask: (errors) => deps.mask(errors.map(toGraphqlError), { schema, operation, request, contextValue }),
  } satisfies SubscriptionRun;
}

/** What is no GraphQL error comes from no field that could be named, and is a bug. */
function toGraphqlError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return new GraphQLError('unexpected', { originalError: error instanceof Error ? error : null });
}

export function isStream(opened: object): opened is ResultStream {
  return Symbol.asyncIterator in opened;
}

function refuse(refusal: OperationRefusal, requestId: string): Promise<GraphQLResponse> {
  return Promise.resolve(refuseOperation(refusal, requestId));
}

const STREAM_NEEDED: OperationRefusal = {
  code: 'SUBSCRIPTION_NEEDS_STREAM',
  status: 400,
  message:
    'A subscription needs a stream: open a WebSocket with the subprotocol graphql-transport-ws, or send the header Accept: text/event-stream.',
};

/** A connection that breaks leaves the outcome of a mutation open, and clients of streams send their operations again by themselves. */
const REQUEST_NEEDED: OperationRefusal = {
  code: 'MUTATION_NEEDS_REQUEST',
  status: 400,
  message: 'Mutations are not taken over streams. Send them as an ordinary POST; nothing was executed.',
};
