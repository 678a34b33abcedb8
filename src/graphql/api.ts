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
import type { ReturnUrlOptions } from './create-payment/parse-create-payment.js';
import { createErrorMasking } from './errors/error-masking.js';
import { emptyOperationNamePlugin } from './http-conformance/empty-operation-name.plugin.js';
import { plainJsonStatusPlugin } from './http-conformance/plain-json-status.plugin.js';
import { createDocumentLengthPlugin } from './limits/document-length.plugin.js';
import { DOCUMENT_LIMITS } from './limits/document-limits.js';
import { conditionalSubscriptionRule } from './limits/conditional-subscription.rule.js';
import { createDocumentLimitsRule } from './limits/document-limits.rule.js';
import { readFieldRules } from './limits/field-rules.js';
import { createOperationPermissionsPlugin } from './limits/operation-permissions.plugin.js';
import { createPaymentLoaders } from './find-payment/payment.loaders.js';
import { createListedOperationsPlugin, listedOperationsOptions } from './persisted/listed-operations.plugin.js';
import type { OperationManifest } from './persisted/operation-manifest.js';
import { persistedIdPlugin } from './persisted/persisted-id.plugin.js';
import { createPaymentsSubgraph } from './schema.js';
import { createCallbackPlugin } from './subscription/callback/callback.plugin.js';
import { createStreamQuota, UNLIMITED_STREAMS, type StreamQuota } from './subscription/stream-quota.js';
import { createSubscriptionPlugin } from './subscription/subscription.plugin.js';

export interface GraphqlApiDeps extends ReturnUrlOptions {
  readonly payments: PaymentServices;
  readonly clock: Clock;
  readonly log: Log;
  readonly introspection: boolean;
  /** Whether any known caller may read `_service`; else the token needs payments:read. By default as introspection. */
  readonly schemaOpen?: boolean;
  /** Origins of routers that subscriptions' results may be posted to; none: the HTTP callback protocol is off. */
  readonly callbackOrigins?: readonly string[];
  readonly streamQuota?: StreamQuota;
  /** The only operations that are taken, by their ids; null: any. */
  readonly listedOperations?: OperationManifest | null;
  /** Whether a router that asks by header gets the nanoseconds of each field. By default it does not. */
  readonly traced?: boolean;
}

export interface GraphqlApi {
  readonly server: ApolloServer<RequestContext>;
  contextFor(request: { readonly requestId: string; readonly caller: Caller }): RequestContext;
}

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

/** Sets everything that Apollo Server would decide by the environment. */
function createServer(deps: GraphqlApiDeps, contextFor: GraphqlApi['contextFor']): ApolloServer<RequestContext> {
  const { log, introspection, callbackOrigins: origins = [], listedOperations = null } = deps;
  const { plugin, formatError, mask } = createErrorMasking(log);
  const logger = toApolloLogger(log);
  const { schema, classes } = createPaymentsSubgraph();
  const rules = readFieldRules(classes);
  return new ApolloServer<RequestContext>({
    schema,
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
    validationRules: [createDocumentLimitsRule(DOCUMENT_LIMITS, rules), conditionalSubscriptionRule],
    plugins: [
      emptyOperationNamePlugin,
      persistedIdPlugin,
      ...(listedOperations === null ? [] : [createListedOperationsPlugin(listedOperations)]),
      createDocumentLengthPlugin(DOCUMENT_LIMITS),
      plugin,
      createOperationPermissionsPlugin({
        permissions: rules.permissions,
        schemaOpen: deps.schemaOpen ?? introspection,
      }),
      createCallbackPlugin({
        origins,
        mask,
        logger,
        streamQuota: deps.streamQuota ?? createStreamQuota(UNLIMITED_STREAMS),
      }),
      createSubscriptionPlugin({ mask, contextFor }),
      plainJsonStatusPlugin,
      ApolloServerPluginLandingPageDisabled(),
      // Payments are never cached, and wrapping every field costs time.
      ApolloServerPluginCacheControlDisabled(),
      // Without either plugin Apollo adds the first. It masks the messages of errors.
      deps.traced === true ? ApolloServerPluginInlineTrace() : ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
    ],
  });
}

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
