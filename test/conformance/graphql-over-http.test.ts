import { serverAudits } from 'graphql-http';
import { connect } from '../http/subscriptions/websocket-client.js';
import { startGateway, type Gateway } from '../support/gateway/gateway.js';

let gateway: Gateway | undefined;

/** What browsers' pages can't send without asking first: the proof that a GET is no forged one. The audits know nothing of it. */
const PREFLIGHTED = { 'apollo-require-preflight': 'true' };

const audits = serverAudits({
  url: () => `${gateway?.url ?? ''}/graphql`,
  fetchFn: (url: string, init?: RequestInit) => fetch(url, { ...init, headers: { ...init?.headers, ...PREFLIGHTED } }),
});

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway?.close());

describe('GraphQL over HTTP, by the audits of graphql-http', () => {
  it('has 61 audits to pass', () => {
    expect(audits).toHaveLength(61);
  });

  it.each(audits.map((audit) => ({ id: audit.id, sentence: audit.name, audit })))(
    '$id: $sentence',
    async ({ audit }) => {
      expect(await audit.fn()).toMatchObject({ id: audit.id, status: 'ok' });
    },
  );
});

const GRAPHQL_RESPONSE = 'application/graphql-response+json';
const REFUSED_OPERATIONS = [
  ['no GraphQL', { query: '{' }],
  ['an unknown field', { query: '{ nothing }' }],
  ['an unknown operation', { query: 'query A { __typename }', operationName: 'B' }],
  ['a variable of another type', { query: 'query ($id: ID!) { payment(id: $id) { id } }', variables: { id: [] } }],
] as const;

describe('the status of a refused operation', () => {
  it.each(REFUSED_OPERATIONS)('is 200 for clients of plain JSON: %s', async (_case, operation) => {
    const { status, body } = await post(operation, 'application/json');
    expect([status, body.errors.length, body.data]).toEqual([200, 1, undefined]);
  });

  it.each(REFUSED_OPERATIONS)('is 400 for clients that know GraphQL answers: %s', async (_case, operation) => {
    const { status, body } = await post(operation, GRAPHQL_RESPONSE);
    expect([status, body.errors.length, body.data]).toEqual([400, 1, undefined]);
  });

  it('stays 400 for a request that could not be read', async () => {
    expect((await post({ query: 7 }, 'application/json')).status).toBe(400);
  });
});

describe('what the specification lets a client send', () => {
  const get = (search: string, headers: Record<string, string> = {}) =>
    fetch(`${gateway?.url ?? ''}/graphql?${search}`, { headers: { ...PREFLIGHTED, ...headers } });
  const TYPE_NAME = { data: { __typename: 'Query' } };

  it.each(['operationName=', 'variables=', 'extensions=', 'operationName=&variables=&extensions=', 'variables=null'])(
    'a GET with %s is one without',
    async (search) => {
      const response = await get(`query=%7B__typename%7D&${search}`);
      expect([response.status, await response.json()]).toEqual([200, TYPE_NAME]);
    },
  );

  it.each(['variables=7', 'variables={', 'variables=[]', 'variables={}&variables={}'])(
    'a GET with %s is refused all the same',
    async (search) => {
      expect((await get(`query=%7B__typename%7D&${search}`)).status).toBe(400);
    },
  );

  it('a POST with an empty name of an operation is one without', async () => {
    const { status, body } = await post({ query: '{ __typename }', operationName: '' }, 'application/json');
    expect([status, body]).toEqual([200, TYPE_NAME]);
  });

  it('an empty name does not choose among several operations', async () => {
    const operation = { query: 'query A { __typename } query B { __typename }', operationName: '' };
    const { body } = await post(operation, 'application/json');
    expect(body.errors).toMatchObject([{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }]);
  });

  it.each(['POST', 'GET'])('an event stream by %s with an empty name is one without', async (method) => {
    const headers = { accept: 'text/event-stream', 'content-type': 'application/json' };
    const response = await (method === 'GET'
      ? get('query=%7B__typename%7D&operationName=&variables=', headers)
      : fetch(`${gateway?.url ?? ''}/graphql`, {
          ...{ method, headers },
          body: JSON.stringify({ query: '{ __typename }', operationName: '' }),
        }));
    expect(await response.text()).toContain(JSON.stringify(TYPE_NAME));
  });

  it('a WebSocket’s operation with an empty name is one without', async () => {
    const client = await connect(`${gateway?.url.replace('http', 'ws') ?? ''}/graphql`);
    client.send({ id: '1', type: 'subscribe', payload: { query: '{ __typename }', operationName: '' } });
    expect(await client.next()).toEqual({ id: '1', type: 'next', payload: TYPE_NAME });
    client.socket.close();
  });

  it.each(['', 'application/json; version=1'])('an Accept header of "%s"', async (accept) => {
    const { status, body } = await post({ query: '{ __typename }' }, accept);
    expect([status, body]).toEqual([200, TYPE_NAME]);
  });
});

describe('CSRF prevention', () => {
  it('refuses a GET that any page could make a browser send', async () => {
    const response = await fetch(`${gateway?.url ?? ''}/graphql?query={__typename}`);
    expect(response.status).toBe(400);
  });
});

interface Refusal {
  readonly errors: readonly unknown[];
  readonly data?: unknown;
}

async function post(operation: unknown, accept: string): Promise<{ status: number; body: Refusal }> {
  const response = await fetch(`${gateway?.url ?? ''}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify(operation),
  });
  return { status: response.status, body: (await response.json()) as Refusal };
}
