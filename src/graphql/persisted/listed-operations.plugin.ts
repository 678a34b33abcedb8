import type { ApolloServerOptionsWithSchema, ApolloServerPlugin, GraphQLRequest } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { RequestContext } from '../context.js';
import type { OperationManifest } from './operation-manifest.js';

type ServerOptions = Pick<ApolloServerOptionsWithSchema<RequestContext>, 'persistedQueries'>;

/**
 * Serves the operations of a manifest by their ids, as clients of Apollo's protocol name them,
 * and learns no others.
 */
export function listedOperationsOptions(manifest: OperationManifest): ServerOptions {
  return {
    persistedQueries: {
      cache: {
        get: (key) => Promise.resolve(manifest.get(key.replace(CACHE_PREFIX, ''))),
        set: () => Promise.resolve(),
        delete: () => Promise.resolve(false),
      },
    },
  };
}

const CACHE_PREFIX = /^apq:/;

/**
 * Refuses operations without an id of the manifest, unparsed: a harmless one takes their place
 * until Apollo Server comes to the first point where a request can be refused.
 */
export function createListedOperationsPlugin(manifest: OperationManifest): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: ({ request }) => {
      const id = idOf(request);
      const isListed = id !== null && manifest.has(id);
      if (isListed) delete request.query;
      if (isListed || request.query === undefined) return Promise.resolve();
      request.query = '{ __typename }';
      delete request.extensions;
      return Promise.resolve({ didResolveOperation: () => Promise.reject(notListed()) });
    },
  };
}

function idOf({ extensions }: GraphQLRequest): string | null {
  const { sha256Hash } = (extensions?.persistedQuery ?? {}) as { readonly sha256Hash?: unknown };
  return typeof sha256Hash === 'string' ? sha256Hash : null;
}

function notListed(): GraphQLError {
  return new GraphQLError(
    'This gateway takes listed operations only. Name one by its id, in `extensions.persistedQuery.sha256Hash`; ' +
      'nothing was executed.',
    { extensions: { code: 'OPERATION_NOT_LISTED', http: { status: 400 } } },
  );
}
