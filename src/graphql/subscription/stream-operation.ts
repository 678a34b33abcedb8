import type { GraphQLRequest } from '@apollo/server';
import type { FormattedExecutionResult } from 'graphql';
import type { GraphqlApi } from '../api.js';
import type { RequestContext } from '../context.js';
import type { ResultStream } from './result-stream.js';
import { StreamSlot } from './stream-slot.js';

export type StreamedOperation = Pick<GraphQLRequest, 'query' | 'operationName' | 'variables' | 'extensions'>;

export type StreamResponse =
  /** The receiver reads it to its end or calls `return()`. */
  | { readonly kind: 'stream'; readonly results: ResultStream }
  /** The result of a query, or why the operation was refused. */
  | { readonly kind: 'single'; readonly result: FormattedExecutionResult };

export async function streamOperation(
  api: GraphqlApi,
  operation: StreamedOperation,
  request: Pick<RequestContext, 'requestId' | 'caller'>,
): Promise<StreamResponse> {
  const stream = new StreamSlot();
  const contextValue = { ...api.contextFor(request), stream };
  const { body } = await api.server.executeOperation(operation, { contextValue });
  if (stream.results !== null) return { kind: 'stream', results: stream.results };
  if (body.kind !== 'single') throw new Error('an incremental answer, which the schema does not offer');
  return { kind: 'single', result: body.singleResult as FormattedExecutionResult };
}
