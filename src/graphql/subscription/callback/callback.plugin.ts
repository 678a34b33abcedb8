import { HeaderMap, type ApolloServerPlugin, type GraphQLRequestListener, type GraphQLResponse } from '@apollo/server';
import { ApolloServerPluginSubscriptionCallback } from '@apollo/server/plugin/subscriptionCallback';
import { OperationTypeNode } from 'graphql';
import type { RequestContext } from '../../context.js';
import type { ErrorMasking } from '../../errors/error-masking.js';
import { refuseOperation, type OperationRefusal } from '../refused-operation.js';
import { TOO_MANY_STREAMS, type StreamQuota } from '../stream-quota.js';
import { createCallbackFetcher } from './callback-fetcher.js';
import { isStream, openSubscription, operationOf, type ResolvedRequest } from '../subscription.plugin.js';
import { CallbackLease, TOKEN_EXPIRED } from './callback-lease.js';
import { readCallbackRequest } from './callback-request.js';
import { createCallbackUrls, type CallbackUrls, type UrlUse } from './callback-urls.js';

interface CallbackPluginDeps {
  readonly origins: readonly string[];
  readonly mask: ErrorMasking['mask'];
  readonly streamQuota: StreamQuota;
  readonly logger: NonNullable<NonNullable<Parameters<typeof ApolloServerPluginSubscriptionCallback>[0]>['logger']>;
}

type Listener = GraphQLRequestListener<RequestContext>;

const RETRIES = 3;

/**
 * Apollo's HTTP callback protocol behind a guard. Apollo's plugin posts to any URL that a request
 * names, so it sees only valid subscriptions whose URL is on a listed origin.
 */
export function createCallbackPlugin({
  origins,
  mask,
  streamQuota,
  logger,
}: CallbackPluginDeps): ApolloServerPlugin<RequestContext> {
  const urls = createCallbackUrls();
  let draining = false;
  const fetcher = createCallbackFetcher({
    origins,
    isDraining: () => draining,
    onHidden: (message) => {
      logger.error(`a result by callback has an unexpected error: ${message}`);
    },
  });
  const apollo = ApolloServerPluginSubscriptionCallback({
    fetcher,
    logger: withoutExpiries(logger),
    retry: { retries: RETRIES },
  });
  return {
    requestDidStart: async (context) => {
      const callback = readCallbackRequest(context.request.extensions, origins);
      if (callback.kind === 'none' || context.contextValue.stream !== undefined) return undefined;
      if (callback.kind === 'refused') return refusing(callback.message);
      const listener = (await apollo.requestDidStart?.(context)) as Listener | undefined;
      return listener && guarding(listener, { mask, streamQuota, urls, url: callback.url });
    },
    serverWillStart: async (service) => {
      const listener = await apollo.serverWillStart?.(service);
      return {
        drainServer: async () => {
          draining = true;
          await listener?.drainServer?.();
        },
      };
    },
  };
}

/** To the plugin every early end is an error. An expired token is none. */
function withoutExpiries(logger: CallbackPluginDeps['logger']): CallbackPluginDeps['logger'] {
  return {
    ...logger,
    error: (message: string) => {
      if (message.endsWith(TOKEN_EXPIRED)) logger.debug(message);
      else logger.error(message);
    },
  };
}

function refusing(message: string): Listener {
  const refusal = { code: 'SUBSCRIPTION_CALLBACK_REFUSED', message, status: 400 };
  return {
    responseForOperation: ({ contextValue }) => Promise.resolve(refuseOperation(refusal, contextValue.requestId)),
  };
}

type GuardOptions = Pick<CallbackPluginDeps, 'mask' | 'streamQuota'> & {
  readonly urls: CallbackUrls;
  readonly url: string;
};

function guarding(listener: Listener, options: GuardOptions): Listener {
  let lease: CallbackLease | null = null;
  return {
    responseForOperation: async (request) => {
      const refusal = await refuse(request, options.mask);
      if (refusal !== null) return refusal;
      const taken = takeLease(request, options);
      if (!(taken instanceof CallbackLease)) return refuseOperation(taken, request.contextValue.requestId);
      lease = taken;
      Object.assign(request.contextValue, { lease });
      return (await listener.responseForOperation?.(request)) ?? null;
    },
    willSendResponse: async (request) => {
      if (lease === null) return;
      await listener.willSendResponse?.(request);
      lease.endUnlessHeld();
      const { body, http } = request.response;
      if (body.kind !== 'single' || body.singleResult.errors === undefined) return;
      const failure = refuseOperation(NOT_CONFIRMED, request.contextValue.requestId);
      request.response.body = failure.body;
      http.status = failure.http.status;
    },
  };
}

function takeLease({ contextValue }: ResolvedRequest, options: GuardOptions): CallbackLease | OperationRefusal {
  const { caller, clock } = contextValue;
  const leaveUrl = options.urls.take(options.url, clock);
  if (leaveUrl === null) return URL_IN_USE;
  const leavePlace = options.streamQuota.take(caller);
  if (leavePlace === null) {
    leaveUrl('unused');
    return TOO_MANY_STREAMS;
  }
  const onOver = (use: UrlUse): void => {
    leavePlace();
    leaveUrl(use);
  };
  return new CallbackLease({ untilMs: caller.provedUntilMs, clock, onOver });
}

/**
 * Apollo's plugin opens a subscription after it has answered. One that can't be opened leaves a
 * heartbeat for nothing, and may end the process. So each is opened here first, unread.
 */
async function refuse(request: ResolvedRequest, mask: ErrorMasking['mask']): Promise<GraphQLResponse | null> {
  const { contextValue } = request;
  if (operationOf(request)?.operation !== OperationTypeNode.SUBSCRIPTION)
    return refuseOperation(ONLY_SUBSCRIPTIONS, contextValue.requestId);
  const opened = await openSubscription(request, { mask, contextFor: () => contextValue });
  if (!isStream(opened))
    return { http: { status: 400, headers: new HeaderMap() }, body: { kind: 'single', singleResult: opened } };
  await opened.return();
  return null;
}

const ONLY_SUBSCRIPTIONS = {
  code: 'SUBSCRIPTION_CALLBACK_REFUSED',
  status: 400,
  message: 'Only a subscription can be answered by HTTP callback. Nothing was executed.',
};

const URL_IN_USE = {
  code: 'SUBSCRIPTION_CALLBACK_REFUSED',
  status: 400,
  message:
    'The callback URL is in use by another subscription, or was a moment ago. Each subscription takes a URL of its ' +
    'own. Nothing was sent to it.',
};

const NOT_CONFIRMED = {
  code: 'SUBSCRIPTION_CALLBACK_REFUSED',
  status: 502,
  message: 'The callback URL did not confirm the subscription, so it was not started.',
};
