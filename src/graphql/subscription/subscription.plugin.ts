import { HeaderMap, type ApolloServerPlugin, type GraphQLRequestListener, type GraphQLResponse } from '@apollo/server';
import { GraphQLError, OperationTypeNode, type OperationDefinitionNode } from 'graphql';
import type { RequestContext } from '../context.js';
import type { ErrorMasking } from '../errors/error-masking.js';
import { refuseOperation, type OperationRefusal } from './refused-operation.js';
import { openResultStream, type ResultStream, type SubscriptionRun } from './result-stream.js';
import type { StreamSlot } from './stream-slot.js';

interface SubscriptionPluginDeps {
  readonly mask: ErrorMasking['mask'];
  contextFor(request: Pick<RequestContext, 'requestId' | 'caller'>): RequestContext;
}

/**
 * Runs subscriptions where Apollo Server would execute a query: parsing, validation, limits and
 * all plugins hold for them.
 */
export function createSubscriptionPlugin(deps: SubscriptionPluginDeps): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: () => Promise.resolve({ responseForOperation: (request) => respond(request, deps) }),
  };
}

export type ResolvedRequest = Parameters<
  NonNullable<GraphQLRequestListener<RequestContext>['responseForOperation']>
>[0];

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

export function openSubscription(
  request: ResolvedRequest,
  deps: SubscriptionPluginDeps,
): ReturnType<typeof openResultStream> {
  return openResultStream(toRun(request, deps));
}

/** Undefined where the document has no operation of the given name, which the type does not say. */
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
      schema,
      document,
      contextValue: deps.contextFor({ requestId, caller }),
      variableValues: request.variables,
      operationName: request.operationName,
    },
    contextForEvent: () => deps.contextFor({ requestId, caller }),
    mask: (errors) => deps.mask(errors.map(toGraphqlError), { schema, operation, request, contextValue }),
  } satisfies SubscriptionRun;
}

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
    'A subscription needs a stream: open a WebSocket with the subprotocol graphql-transport-ws, or send the header ' +
    'Accept: text/event-stream.',
};

/**
 * A connection that breaks leaves a mutation's outcome open, and clients of streams send
 * operations again by themselves.
 */
const REQUEST_NEEDED: OperationRefusal = {
  code: 'MUTATION_NEEDS_REQUEST',
  status: 400,
  message: 'Mutations are not taken over streams. Send them as an ordinary POST; nothing was executed.',
};
