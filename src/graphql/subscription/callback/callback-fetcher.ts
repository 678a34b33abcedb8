import type { ApolloServerPluginSubscriptionCallback } from '@apollo/server/plugin/subscriptionCallback';
import type { GraphQLFormattedError } from 'graphql';
import { isListed } from './callback-request.js';

type CallbackFetcher = NonNullable<
  NonNullable<Parameters<typeof ApolloServerPluginSubscriptionCallback>[0]>['fetcher']
>;

interface CallbackFetcherDeps {
  readonly origins: readonly string[];
  isDraining(): boolean;
  onHidden(message: string): void;
}

const ANSWER_WITHIN_MS = 3_000;

/**
 * Posts messages to listed origins only, without following redirects, with a deadline, and with
 * errors that a client may see.
 */
export function createCallbackFetcher(deps: CallbackFetcherDeps): CallbackFetcher {
  return async (url, init) => {
    if (!isListed(url, deps.origins)) throw new Error('the callback URL is not on a listed origin');
    const message = presentable(JSON.parse(String(init?.body)) as CallbackMessage, deps);
    const response = await fetch(url, {
      method: 'POST',
      headers: init?.headers ?? {},
      body: JSON.stringify(message),
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    // An unread body would hold the connection.
    await response.body?.cancel();
    return new Response(null, { status: statusFor(message, response.status) });
  };
}

interface CallbackMessage {
  readonly action: 'check' | 'next' | 'complete';
  readonly payload?: { readonly errors?: readonly GraphQLFormattedError[] };
  readonly errors?: readonly GraphQLFormattedError[];
}

/**
 * The plugin posts errors as they were thrown. A subscription that a shutdown ends gets an error
 * that tells the client to subscribe again.
 */
function presentable(message: CallbackMessage, { isDraining, onHidden }: CallbackFetcherDeps): CallbackMessage {
  const { action, payload, errors } = message;
  const toPublic = (error: GraphQLFormattedError) => toPublicError(error, onHidden);
  const isCut = isDraining() && action === 'complete' && errors === undefined;
  return {
    ...message,
    ...(payload?.errors && { payload: { ...payload, errors: payload.errors.map(toPublic) } }),
    ...(errors && { errors: errors.map(toPublic) }),
    ...(isCut && { errors: [SHUTTING_DOWN] }),
  };
}

const SHUTTING_DOWN: GraphQLFormattedError = {
  message: 'This server is shutting down. Subscribe again: another server will go on with the present state.',
  extensions: { code: 'SHUTTING_DOWN' },
};

const PUBLIC_CODES: ReadonlySet<string> = new Set(['PAYMENT_NOT_FOUND', 'UNAUTHENTICATED']);

function toPublicError(error: GraphQLFormattedError, onHidden: (message: string) => void): GraphQLFormattedError {
  if (PUBLIC_CODES.has(String(error.extensions?.code))) return error;
  onHidden(error.message);
  return { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

/** The plugin takes a 404 (unknown subscription) for a success before the first message; 400 always ends it. */
function statusFor({ action }: CallbackMessage, status: number): number {
  return action === 'check' && status === 404 ? 400 : status;
}
