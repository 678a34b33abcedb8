import type { ApolloServerPlugin } from '@apollo/server';

/** Takes an empty name of an operation for none, as GraphQL over HTTP has it: clients with a field for it send it empty. */
export const emptyOperationNamePlugin: ApolloServerPlugin = {
  requestDidStart: ({ request }) => {
    if (request.operationName === '') delete request.operationName;
    return Promise.resolve();
  },
};
