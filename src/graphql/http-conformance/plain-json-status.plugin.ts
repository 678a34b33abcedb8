import type { ApolloServerPlugin } from '@apollo/server';
import { DOCUMENT_LIMIT_EXCEEDED } from '../limits/document-limits.rule.js';

/**
 * Answers clients of plain `application/json` with 200 where the request was well formed and only its operation was refused. The rule is
 * that of GraphQL over HTTP: they can't tell by the media type that an answer comes from a GraphQL server, so by the status they must not
 * be told that it failed. Clients of `application/graphql-response+json` get 400.
 */
export const plainJsonStatusPlugin: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ request, response, errors = [] }) => {
        const accept = request.http?.headers.get('accept') ?? '';
        const isRefused = response.http.status === 400 && errors.length > 0;
        const isOperationRefused = errors.every(({ extensions }) => OPERATION_ERRORS.has(String(extensions.code)));
        if (isRefused && isOperationRefused && !accept.includes(GRAPHQL_RESPONSE)) response.http.status = 200;
        return Promise.resolve();
      },
    }),
};

const GRAPHQL_RESPONSE = 'application/graphql-response+json';

/** Errors that are found before anything is executed, in a request that could be read. */
const OPERATION_ERRORS: ReadonlySet<string> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  DOCUMENT_LIMIT_EXCEEDED,
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);
