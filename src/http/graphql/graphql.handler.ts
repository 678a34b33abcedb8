import type { IncomingHttpHeaders } from 'node:http';
import { HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import type { GraphqlApi } from '../../graphql/api.js';
import type { Caller } from '../../payments/access/caller.js';
import type { Authenticate } from '../authentication/authenticator.js';
import { readBody, type BodyOptions } from '../bodies/body.js';
import type { HttpResponse, HttpContext, Handler } from '../transport/http-context.js';
import { HttpError } from '../transport/http-error.js';
import { chooseResultType } from './accept.js';
import { assertJson, parseJson } from './graphql-body.js';
import { toRequestSearch } from './graphql-search.js';

interface GraphqlHandlerDeps {
  readonly api: GraphqlApi;
  readonly authenticate: Authenticate;
  readonly body: BodyOptions;
  readonly page: Handler | null;
}

/** GraphQL over HTTP. A payment that was begun is finished, also for a client that is gone. */
export function createGraphqlHandler(deps: GraphqlHandlerDeps): Handler {
  return async (context) => {
    const { headers } = context.request;
    if (deps.page !== null && context.method === 'GET' && wantsPage(headers)) return deps.page(context);
    const resultType = chooseResultType(headers.accept);
    if (resultType === null) throw notAcceptable();
    const caller = await deps.authenticate(headers);
    const body = context.method === 'POST' ? await readOperation(deps, context) : undefined;
    return execute(deps, context, { caller, body, accept: resultType });
  };
}

interface Operation {
  readonly caller: Caller;
  readonly body: unknown;
  readonly accept: string;
}

function wantsPage({ accept = '' }: IncomingHttpHeaders): boolean {
  return accept.includes('text/html');
}

async function readOperation({ body }: GraphqlHandlerDeps, context: HttpContext): Promise<unknown> {
  assertJson(context.request.headers['content-type']);
  return parseJson(await readBody(context, body));
}

async function execute({ api }: GraphqlHandlerDeps, context: HttpContext, operation: Operation): Promise<HttpResponse> {
  const { request, requestId, method, search } = context;
  const response = await api.server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method,
      search: toRequestSearch(search),
      headers: toHeaderMap(request.headers, operation),
      body: operation.body,
    },
    context: () => Promise.resolve(api.contextFor({ requestId, caller: operation.caller })),
  });
  return toHttpResponse(response);
}

/** Names Apollo the chosen type alone: left to itself it reads the Accept header after the execution. */
function toHeaderMap(headers: IncomingHttpHeaders, { accept }: Operation): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  if (accept === 'application/json') map.delete('accept');
  else map.set('accept', accept);
  return map;
}

function toHttpResponse({ status, headers, body }: HTTPGraphQLResponse): HttpResponse {
  return {
    status: status ?? 200,
    headers: { ...Object.fromEntries(headers), 'cache-control': 'no-store' },
    body: body.kind === 'complete' ? body.string : body.asyncIterator,
  };
}

function notAcceptable(): HttpError {
  return new HttpError({
    status: 406,
    code: 'NOT_ACCEPTABLE',
    message:
      'Results come as application/json or application/graphql-response+json, and the Accept header takes neither. ' +
      'Nothing was executed.',
  });
}
