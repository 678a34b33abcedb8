import type { IncomingHttpHeaders } from 'node:http';
import { HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import type { GraphqlApi } from '../../graphql/api.js';
import type { Caller } from '../../payments/caller.js';
import { readBody, type BodyTerms } from '../body.js';
import type { Answer, Exchange, Handler } from '../exchange.js';
import { HttpRefusal } from '../refusal.js';
import { chooseResultType } from './accept.js';
import { assertJson, parseJson } from './graphql-body.js';

export interface GraphqlHandlerDeps {
  readonly api: GraphqlApi;
  /** May throw HttpRefusal. */
  authenticate(headers: IncomingHttpHeaders): Promise<Caller>;
  readonly body: BodyTerms;
  /** Whether browsers get a page when they open the endpoint. */
  readonly landingPage: boolean;
}

/**
 * GraphQL over HTTP. The client's connection is not watched while an operation runs: a payment that was begun is finished, whether or
 * not somebody is left to hear of it.
 */
export function createGraphqlHandler(deps: GraphqlHandlerDeps): Handler {
  return async (exchange) => {
    const { headers } = exchange.request;
    if (deps.landingPage && exchange.method === 'GET' && wantsPage(headers)) return execute(deps, exchange, null);
    const resultType = chooseResultType(headers.accept);
    if (resultType === null) throw notAcceptable();
    const caller = await deps.authenticate(headers);
    const body = exchange.method === 'POST' ? await readOperation(deps, exchange) : undefined;
    return execute(deps, exchange, { caller, body, accept: resultType });
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

async function readOperation({ body }: GraphqlHandlerDeps, exchange: Exchange): Promise<unknown> {
  assertJson(exchange.request.headers['content-type']);
  return parseJson(await readBody(exchange, body));
}

async function execute(deps: GraphqlHandlerDeps, exchange: Exchange, operation: Operation | null): Promise<Answer> {
  const { api, authenticate } = deps;
  const { request, requestId, method, search } = exchange;
  const answer = await api.server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method, search, headers: toHeaderMap(request.headers, operation), body: operation?.body },
    context: async () =>
      api.contextFor({ requestId, caller: operation?.caller ?? (await authenticate(request.headers)) }),
  });
  return toAnswer(answer);
}

/**
 * The choice of the result's form was made, so Apollo is told that alone: left to itself it judges the Accept header after the
 * execution. Without the header it sends plain JSON and saves the negotiation.
 */
function toHeaderMap(headers: IncomingHttpHeaders, operation: Operation | null): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  if (operation?.accept === 'application/json') map.delete('accept');
  else if (operation !== null) map.set('accept', operation.accept);
  return map;
}

function toAnswer({ status, headers, body }: HTTPGraphQLResponse): Answer {
  const page = headers.get('content-type') === 'text/html';
  return {
    status: status ?? 200,
    headers: {
      ...Object.fromEntries(headers),
      'cache-control': 'no-store',
      ...(page && { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': LANDING_PAGE_POLICY }),
    },
    body: body.kind === 'complete' ? body.string : body.asyncIterator,
  };
}

/** Beside the policy that Apollo writes into the page itself, with a nonce for each of its scripts. */
const LANDING_PAGE_POLICY = "frame-ancestors 'none'; base-uri 'none'; object-src 'none'; form-action 'none'";

function notAcceptable(): HttpRefusal {
  return new HttpRefusal({
    status: 406,
    code: 'NOT_ACCEPTABLE',
    message:
      'Results come as application/json or application/graphql-response+json, and the Accept header takes neither. Nothing was executed.',
  });
}
