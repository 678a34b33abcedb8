import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import type { Caller } from '../payments/access/caller.js';
import type { Clock } from '../shared/clock.js';
import type { Log } from '../shared/log/log.js';
import { redactedExcerpt } from '../shared/log/redact.js';
import type { PaymentServices, RequestContext } from './context.js';
import { createErrorMasking } from './errors/error-masking.js';
import { emptyOperationNamePlugin } from './http-conformance/empty-operation-name.plugin.js';
import { plainJsonStatusPlugin } from './http-conformance/plain-json-status.plugin.js';
import { createDocumentLengthPlugin } from './limits/document-length.plugin.js';
import { DOCUMENT_LIMITS } from './limits/document-limits.js';
import { conditionalSubscriptionRule } from './limits/conditional-subscription.rule.js';
import { createDocumentLimitsRule } from './limits/document-limits.rule.js';
import { createOperationPermissionsPlugin } from './limits/operation-permissions.plugin.js';
import { createPaymentLoaders } from './find-payment/payment.loaders.js';
import { createListedOperationsPlugin, listedOperationsOptions } from './persisted/listed-operations.plugin.js';
import type { OperationManifest } from './persisted/operation-manifest.js';
import { persistedIdPlugin } from './persisted/persisted-id.plugin.js';
import { createPaymentsSubgraph } from './schema.js';
import { createCallbackPlugin } from './subscription/callback/callback.plugin.js';
import { createStreamQuota, UNLIMITED_STREAMS, type StreamQuota } from './subscription/stream-quota.js';
import { createSubscriptionPlugin } from './subscription/subscription.plugin.js';

export interface GraphqlApiDeps {
  readonly payments: PaymentServices;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether clients may ask for the schema, and get names of it suggested in errors. */
  readonly introspection: boolean;
  /** Whether any known caller may read the schema from `_service`; else their token has to let them read. By default where introspection is. */
  readonly schemaOpen?: boolean;
  /** Origins that a payer may come back to; empty means any https one. */
  readonly returnUrlOrigins: readonly string[];
  readonly returnUrlSchemes: readonly string[];
  /** Origins of routers that may have a subscription’s results posted to them; none: the HTTP callback protocol is off. */
  readonly callbackOrigins?: readonly string[];
  /** Shared with the transports that carry streams. By default a caller may have any number. */
  readonly streamQuota?: StreamQuota;
  /** The only operations that are taken, by their ids; without them, any is. */
  readonly listedOperations?: OperationManifest | null;
  /** Whether whoever asks by header is answered with the nanoseconds of each field, which are for routers. By default nobody is. */
  readonly traced?: boolean;
}

export interface GraphqlApi {
  /** Not started: whoever listens starts and stops it. */
  readonly server: ApolloServer<RequestContext>;
  /** The context of one request, with loaders of its own. */
  contextFor(request: { readonly requestId: string; readonly caller: Caller }): RequestContext;
}

/** The GraphQL endpoint without a transport: the schema over the given services. */
export function createGraphqlApi(deps: GraphqlApiDeps): GraphqlApi {
  const { payments, clock, returnUrlOrigins, returnUrlSchemes } = deps;
  const contextFor: GraphqlApi['contextFor'] = ({ requestId, caller }) => ({
    requestId,
    caller,
    payments,
    loaders: createPaymentLoaders(payments.find, caller),
    clock,
    returnUrlOrigins,
    returnUrlSchemes,
  });
  return { server: createServer(deps, contextFor), contextFor };
}

/** Everything that Apollo Server would decide by the environment is decided here. */
function createServer(deps: GraphqlApiDeps, contextFor: GraphqlApi['contextFor']): ApolloServer<RequestContext> {
  const { log, introspection, callbackOrigins: origins = [], listedOperations = null } = deps;
  const { plugin, formatError, mask } = createErrorMasking(log);
  const logger = toApolloLogger(log);
  return new ApolloServer<RequestContext>({
    schema: createPaymentsSubgraph().schema,
    nodeEnv: 'production',
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError,
    logger,
    ...(listedOperations !== null && listedOperationsOptions(listedOperations)),
    parseOptions: { maxTokens: DOCUMENT_LIMITS.maxTokens },
    validationOptions: { maxErrors: DOCUMENT_LIMITS.maxValidationErrors },
    validationRules: [createDocumentLimitsRule(DOCUMENT_LIMITS), conditionalSubscriptionRule],
    plugins: [
      emptyOperationNamePlugin,
      persistedIdPlugin,
      ...(listedOperations === null ? [] : [createListedOperationsPlugin(listedOperations)]),
      createDocumentLengthPlugin(DOCUMENT_LIMITS),
      plugin,
      createOperationPermissionsPlugin({ schemaOpen: deps.schemaOpen ?? introspection }),
      createCallbackPlugin({
        origins,
        mask,
        logger,
        streamQuota: deps.streamQuota ?? createStreamQuota(UNLIMITED_STREAMS),
      }),
      createSubscriptionPlugin({ mask, contextFor }),
      plainJsonStatusPlugin,
      // The transport has a page of its own for browsers.
      ApolloServerPluginLandingPageDisabled(),
      // Payments are never cached, and wrapping every field to find that out costs time.
      ApolloServerPluginCacheControlDisabled(),
      // Only for a router that asks by its header; messages of errors are masked in them. Without either plugin Apollo adds the first.
      deps.traced === true ? ApolloServerPluginInlineTrace() : ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
    ],
  });
}

/** Longer than its sentences; an error in one may quote a request. */
const MAX_APOLLO_CHARACTERS = 2_000;

function toApolloLogger(log: Log): Record<'debug' | 'info' | 'warn' | 'error', (message?: unknown) => void> {
  const toLine = (message: unknown) => ({ message: redactedExcerpt(String(message), MAX_APOLLO_CHARACTERS) });
  return {
    debug: (message) => log.debug(toLine(message), 'apollo'),
    info: (message) => log.info(toLine(message), 'apollo'),
    warn: (message) => log.warn(toLine(message), 'apollo'),
    error: (message) => log.error(toLine(message), 'apollo'),
  };
}
