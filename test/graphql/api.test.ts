import { HeaderMap } from '@apollo/server';
import { createGraphqlApi, type GraphqlApiDeps } from '../../src/graphql/api.js';
import { createLog } from '../../src/shared/log/log.js';
import { CALLER, clockAt, NOW_MS, paymentWith, REQUEST_ID, UNUSED_SERVICES } from './graphql-fixture.js';

function createApi(deps: Partial<GraphqlApiDeps> = {}) {
  return createGraphqlApi({
    payments: {
      ...UNUSED_SERVICES,
      createPayment: () => Promise.resolve({ kind: 'created', payment: paymentWith(), replayed: false }),
      find: {
        byIds: (ids) => Promise.resolve(ids.map(() => null)),
        byOrderIds: (orderIds) => Promise.resolve(orderIds.map(() => null)),
        byIdempotencyKey: () => Promise.resolve(null),
        page: () => Promise.resolve({ entries: [], hasMore: false }),
      },
    },
    clock: clockAt(NOW_MS),
    log: createLog('silent'),
    introspection: false,
    returnUrlOrigins: [],
    returnUrlSchemes: [],
    ...deps,
  });
}

interface Request {
  readonly method?: string;
  readonly headers?: readonly [string, string][];
  readonly search?: string;
  readonly body?: unknown;
  readonly deps?: Partial<GraphqlApiDeps>;
}

const JSON_BODY: [string, string] = ['content-type', 'application/json'];
const GRAPHQL_ANSWER: [string, string] = ['accept', 'application/graphql-response+json'];

async function ask({ method = 'POST', headers = [JSON_BODY], search = '', body, deps }: Request) {
  const { server, contextFor } = createApi(deps);
  await server.start();
  const answer = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method, headers: new HeaderMap(headers), search, body },
    context: () => Promise.resolve(contextFor({ requestId: REQUEST_ID, caller: CALLER })),
  });
  await server.stop();
  return { status: answer.status ?? 200, text: answer.body.kind === 'complete' ? answer.body.string : '' };
}

async function messageOf(request: Request) {
  const { status, text } = await ask(request);
  const { errors } = JSON.parse(text) as { errors: { message: string; extensions: { code: string } }[] };
  return { status, message: errors[0]?.message, code: errors[0]?.extensions.code };
}

const QUERY = '{ payment(id: "pay_9") { id } }';

describe('the endpoint', () => {
  it('answers a query', async () => {
    const answer = await ask({ body: { query: QUERY } });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual({ data: { payment: null } });
  });

  it.each([
    ['hides', {}, { data: { payment: null } }],
    [
      'shows a router',
      { traced: true },
      { data: { payment: null }, extensions: { ftv1: expect.any(String) as string } },
    ],
  ])('%s how long each field took', async (_title, deps, answer) => {
    const headers: [string, string][] = [JSON_BODY, ['apollo-federation-include-trace', 'ftv1']];
    const { text } = await ask({ headers, body: { query: QUERY }, deps });
    expect(JSON.parse(text)).toEqual(answer);
  });

  it('refuses variables with status 400', async () => {
    const body = { query: 'query ($id: ID!) { payment(id: $id) { id } }', variables: { id: {} } };
    const headers = [JSON_BODY, GRAPHQL_ANSWER];
    expect(await messageOf({ headers, body })).toEqual({
      status: 400,
      message: 'Variable "$id" is not valid at "id": expected type "ID!".',
      code: 'BAD_USER_INPUT',
    });
  });

  it.each<{ id: unknown }>([{ id: { toString: 1 } }, { id: [{ toString: 1 }] }, { id: {} }, { id: 1 }])(
    'knows no operation by an id that is no text: %j',
    async (id) => {
      const extensions = { persistedQuery: { version: 1, sha256Hash: id } };
      expect(await messageOf({ body: { extensions } })).toEqual({
        ...{ status: 200, message: 'PersistedQueryNotFound', code: 'PERSISTED_QUERY_NOT_FOUND' },
      });
      expect(await messageOf({ body: { query: QUERY, extensions } })).toEqual({
        ...{ status: 400, message: 'provided sha does not match query', code: 'BAD_REQUEST' },
      });
    },
  );

  it('refuses what another site could make a browser send', async () => {
    const search = `?query=${encodeURIComponent(QUERY)}`;
    const { status, message, code } = await messageOf({ method: 'GET', headers: [], search, body: {} });
    expect({ status, code }).toEqual({ status: 400, code: 'BAD_REQUEST' });
    expect(message).toMatch(/^This operation has been blocked as a potential Cross-Site Request Forgery \(CSRF\)\./);
  });

  it('refuses batches', async () => {
    expect(await messageOf({ body: [{ query: QUERY }] })).toEqual({
      status: 400,
      message: 'Operation batching disabled.',
      code: 'BAD_REQUEST',
    });
  });

  it('refuses mutations by GET, which browsers and caches repeat', async () => {
    const mutation =
      'mutation { createPayment(input: { idempotencyKey: "key-0123456789abcdef", customerId: "cus_1", amount: 1, ' +
      'currency: "USD", paymentInstrumentId: "pi_1", paymentMethodType: CARD, returnUrl: "https://shop.example/" }) ' +
      '{ __typename } }';
    expect(await messageOf({ method: 'GET', search: `?query=${encodeURIComponent(mutation)}`, body: {} })).toEqual({
      status: 405,
      message: 'GET requests only support query operations, not mutation operations',
      code: 'BAD_REQUEST',
    });
  });

  it.each([
    ['provided sha does not match query', 1],
    ['Unsupported persisted query version', 2],
  ])('says about persisted queries: %s', async (message, version) => {
    const body = { query: QUERY, extensions: { persistedQuery: { version, sha256Hash: 'a'.repeat(64) } } };
    expect(await messageOf({ body })).toEqual({ status: 400, message, code: 'BAD_REQUEST' });
  });
});

describe('the context of a request', () => {
  it('has loaders of its own, so that no caller gets what another loaded', () => {
    const { contextFor } = createApi();
    const first = contextFor({ requestId: 'req_1', caller: { ...CALLER, scope: 'a' } });
    const second = contextFor({ requestId: 'req_2', caller: { ...CALLER, scope: 'b' } });
    expect(second.loaders).not.toBe(first.loaders);
    expect(second).toMatchObject({ requestId: 'req_2', caller: { ...CALLER, scope: 'b' } });
  });
});
