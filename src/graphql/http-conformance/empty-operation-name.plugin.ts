import type { ApolloServerPlugin } from '@apollo/server';

/** Takes an empty operation name for none, as GraphQL over HTTP does: some clients always send the field. */
export const emptyOperationNamePlugin: ApolloServerPlugin = {
  requestDidStart: ({ request }) => {
    if (request.operationName === '') delete request.operationName;
    return Promise.resolve();
  },
};
