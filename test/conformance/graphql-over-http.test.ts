import { serverAudits } from 'graphql-http';
import { startGateway, type Gateway } from '../support/gateway.js';

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
