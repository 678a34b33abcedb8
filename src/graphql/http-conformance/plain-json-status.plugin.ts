import type { ApolloServerPlugin } from '@apollo/server';
import { DOCUMENT_LIMIT_EXCEEDED } from '../limits/document-limits.rule.js';

/**
 * Answers 200 to clients of plain `application/json` whose operation was refused, as GraphQL over
 * HTTP has it: 400 would tell them that no GraphQL server answered.
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

const OPERATION_ERRORS: ReadonlySet<string> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  DOCUMENT_LIMIT_EXCEEDED,
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);
