import type { ApolloServerPlugin, GraphQLRequestContextDidEncounterErrors } from '@apollo/server';
import { GraphQLError, Kind, type GraphQLFormattedError } from 'graphql';
import { PAYMENT_ERRORS, StoreUnavailableError } from '../../payments/model/errors.js';
import type { Log } from '../../shared/log/log.js';
import type { RequestContext } from '../context.js';
import { ArgumentRefusal } from './argument-refusal.js';
import { DOCUMENT_LIMIT_EXCEEDED } from '../limits/document-limits.rule.js';
import { describeSyntaxError, describeValidationError, hasTooManyTokens } from './document-error.js';
import { describeVariableErrors } from './variable-error.js';

export interface ErrorMasking {
  readonly plugin: ApolloServerPlugin<RequestContext>;
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
  /** The same for the results of a subscription, which Apollo Server does not format. */
  readonly mask: (errors: readonly GraphQLError[], request: FailedRequest) => GraphQLFormattedError[];
}

type FailedRequest = Pick<
  GraphQLRequestContextDidEncounterErrors<RequestContext>,
  'contextValue' | 'schema' | 'operation' | 'request'
>;

interface ErrorNote {
  readonly requestId: string;
  readonly sentence: string | undefined;
}

/**
 * A client's own mistakes keep a sentence without any value, and a store that does not answer is
 * named. All else is a bug: it is answered with the request's id and logged once.
 */
export function createErrorMasking(log: Log): ErrorMasking {
  const notes = new WeakMap<object, ErrorNote>();
  const formatError = createFormatError(notes, log);
  return {
    formatError,
    mask: (errors, request) => {
      const coded = errors.map(withInputCode);
      takeNotes({ ...request, errors: coded }, notes);
      return coded.map((error) => formatError(error.toJSON(), error));
    },
    plugin: {
      requestDidStart: () =>
        Promise.resolve({
          didEncounterErrors: (request) => {
            takeNotes(request, notes);
            return Promise.resolve();
          },
        }),
    },
  };
}

function createFormatError(notes: WeakMap<object, ErrorNote>, log: Log): ErrorMasking['formatError'] {
  return (formatted, error) => {
    const note = isObject(error) ? notes.get(error) : undefined;
    const { code, message } = classify(formatted, error, note);
    logFailure(code, { err: causeOf(error), requestId: note?.requestId }, log);
    return {
      message,
      ...(formatted.locations !== undefined && { locations: formatted.locations }),
      ...(formatted.path !== undefined && { path: formatted.path }),
      extensions: { code, ...(note !== undefined && { requestId: note.requestId }) },
    };
  };
}

/** Apollo Server gives refused variables their code; graphql-js leaves them without one. */
function withInputCode(error: GraphQLError): GraphQLError {
  const { message, nodes, path, originalError } = error;
  if (path !== undefined || nodes?.[0]?.kind !== Kind.VARIABLE_DEFINITION) return error;
  return new GraphQLError(message, { nodes, originalError, extensions: { code: 'BAD_USER_INPUT' } });
}

function logFailure(code: string, failure: { err: unknown; requestId: string | undefined }, log: Log): void {
  if (code === INTERNAL.code) log.error(failure, 'graphql.unexpected-error');
  if (code === STORE_UNAVAILABLE.code) log.warn(failure, 'graphql.store-unavailable');
}

function takeNotes(
  { errors, contextValue, schema, operation, request }: FailedRequest & { readonly errors: readonly GraphQLError[] },
  notes: WeakMap<object, ErrorNote>,
): void {
  const refused = errors.filter(isVariableError);
  const sentences =
    refused.length === 0 || operation === undefined
      ? []
      : describeVariableErrors({ schema, operation, values: request.variables ?? {} });
  for (const error of errors) {
    const sentence = isVariableError(error) ? sentences[refused.indexOf(error)] : undefined;
    notes.set(error, { requestId: contextValue.requestId, sentence });
  }
}

interface ErrorClass {
  readonly code: string;
  readonly message: string;
}

const INTERNAL: ErrorClass = { code: 'INTERNAL_SERVER_ERROR', message: 'Internal server error' };
const STORE_UNAVAILABLE: ErrorClass = {
  code: 'STORE_UNAVAILABLE',
  message: 'The payment could not be looked up, as the store does not answer. Ask again in a moment.',
};

function classify(formatted: GraphQLFormattedError, error: unknown, note: ErrorNote | undefined): ErrorClass {
  if (!(error instanceof GraphQLError)) return INTERNAL;
  if (error.path !== undefined) return classifyFieldError(error);
  const code = String(formatted.extensions?.code);
  switch (code) {
    case 'GRAPHQL_PARSE_FAILED':
      return { code: hasTooManyTokens(error) ? DOCUMENT_LIMIT_EXCEEDED : code, message: describeSyntaxError(error) };
    case 'GRAPHQL_VALIDATION_FAILED':
      return { code: exceedsLimit(error) ? DOCUMENT_LIMIT_EXCEEDED : code, message: describeValidationError(error) };
    case 'BAD_USER_INPUT':
      return { code, message: note?.sentence ?? 'A variable is not of its type.' };
    case 'OPERATION_RESOLUTION_FAILURE':
      return { code, message: 'The document has no operation of the given name, or several and no name was given.' };
    case DOCUMENT_LIMIT_EXCEEDED:
    case 'FORBIDDEN':
    case 'OPERATION_NOT_LISTED':
    case 'BAD_REQUEST':
    case 'PERSISTED_QUERY_NOT_FOUND':
      return { code, message: error.message };
    default:
      return UNCODED_REQUEST_ERRORS.get(error.message) ?? INTERNAL;
  }
}

function exceedsLimit({ originalError }: GraphQLError): boolean {
  return originalError instanceof GraphQLError && originalError.extensions.code === DOCUMENT_LIMIT_EXCEEDED;
}

/** graphql-js and Apollo Server give these errors no code. Their sentences hold nothing from the request. */
const UNCODED_REQUEST_ERRORS: ReadonlyMap<string, ErrorClass> = new Map(
  [
    { code: 'BAD_REQUEST', message: 'provided sha does not match query' },
    { code: 'BAD_REQUEST', message: 'Unsupported persisted query version' },
    {
      code: 'BAD_USER_INPUT',
      message: 'Too many errors processing variables, error limit reached. Execution aborted.',
    },
  ].map((errorClass) => [errorClass.message, errorClass]),
);

/** A null or absent variable where its argument takes none: validation lets it pass beside a default. */
const ARGUMENT_REFUSED = /^Argument "(\w+)" (?:of (?:required|non-null) type|has invalid value)/;

function classifyFieldError({ originalError, message, extensions }: GraphQLError): ErrorClass {
  if (originalError instanceof StoreUnavailableError) return STORE_UNAVAILABLE;
  if (originalError instanceof ArgumentRefusal) return { code: 'BAD_USER_INPUT', message: originalError.message };
  if (extensions.code === 'PAYMENT_NOT_FOUND')
    return { code: 'PAYMENT_NOT_FOUND', message: PAYMENT_ERRORS.PAYMENT_NOT_FOUND.message };
  const isOfGraphqlItself = originalError === undefined || originalError instanceof GraphQLError;
  const argument = isOfGraphqlItself ? ARGUMENT_REFUSED.exec(message)?.[1] : undefined;
  if (argument === undefined) return INTERNAL;
  return { code: 'BAD_USER_INPUT', message: `Argument "${argument}" is not of its type.` };
}

function isVariableError({ nodes, extensions }: GraphQLError): boolean {
  return extensions.code === 'BAD_USER_INPUT' && nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION;
}

function causeOf(error: unknown): unknown {
  return error instanceof GraphQLError ? (error.originalError ?? error) : error;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
