import type { ApolloServerPlugin } from '@apollo/server';
import type { RequestContext } from '../context.js';

/** An id that is no text stands for an unknown one. The cache would make a text of it, which not every value allows. */
export const persistedIdPlugin: ApolloServerPlugin<RequestContext> = {
  requestDidStart: ({ request }) => {
    const { persistedQuery } = request.extensions ?? {};
    if (hasOddId(persistedQuery))
      request.extensions = { ...request.extensions, persistedQuery: { ...persistedQuery, sha256Hash: '' } };
    return Promise.resolve();
  },
};

function hasOddId(persistedQuery: unknown): persistedQuery is object {
  return (
    typeof persistedQuery === 'object' &&
    persistedQuery !== null &&
    typeof (persistedQuery as { sha256Hash?: unknown }).sha256Hash !== 'string'
  );
}
