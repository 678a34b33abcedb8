import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { Kind, parse, print } from 'graphql';
import { CreatePaymentDocument, PaymentsDocument } from '../generated/operations.js';
import { startGateway, type Gateway } from '../support/gateway/gateway.js';
import { newInput } from './inputs.js';

interface Manifest {
  readonly format: string;
  readonly version: number;
  readonly operations: readonly {
    readonly id: string;
    readonly name: string;
    readonly type: string;
    readonly body: string;
  }[];
}

const manifest = JSON.parse(readFileSync('schema/manifest/persisted-query-manifest.json', 'utf8')) as Manifest;
const idOf = (name: string): string => manifest.operations.find((operation) => operation.name === name)?.id ?? '';

describe('the manifest', () => {
  it('has the format of Apollo’s tools', () => {
    expect([manifest.format, manifest.version]).toEqual(['apollo-persisted-query-manifest', 1]);
    for (const { id, name, type, body } of manifest.operations) {
      const [operation] = parse(body).definitions;
      expect(id).toBe(createHash('sha256').update(body).digest('hex'));
      expect(operation).toMatchObject({ kind: Kind.OPERATION_DEFINITION, operation: type, name: { value: name } });
    }
  });

  it('has the text that @apollo/client sends', () => {
    const sent = print(new InMemoryCache().transformDocument(PaymentsDocument));
    expect(manifest.operations.find(({ name }) => name === 'Payments')?.body).toBe(sent);
  });
});

describe('PERSISTED_OPERATIONS=only', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ env: { PERSISTED_OPERATIONS: 'only', RECONCILE_INTERVAL_MS: '600000' } });
  });
  afterAll(() => gateway.close());

  const REFUSAL = {
    message:
      'This gateway takes listed operations only. Name one by its id, in `extensions.persistedQuery.sha256Hash`; nothing was executed.',
    extensions: { code: 'OPERATION_NOT_LISTED', requestId: expect.any(String) },
  };

  it('takes listed operations by their ids', async () => {
    const { status, body } = await post({ ...byId(idOf('CreatePayment')), variables: { input: newInput() } });
    expect([status, body.data.createPayment.__typename]).toEqual([200, 'CreatePaymentSuccess']);
  });

  it('takes them from @apollo/client, which finds the ids in the manifest', async () => {
    const client = new ApolloClient({
      cache: new InMemoryCache(),
      link: new PersistedQueryLink({
        generateHash: (document) => idOf(nameOf(document)),
      }).concat(new HttpLink({ uri: `${gateway.url}/graphql` })),
    });
    const { data } = await client.mutate({ mutation: CreatePaymentDocument, variables: { input: newInput() } });
    client.stop();
    expect(data?.createPayment.__typename).toBe('CreatePaymentSuccess');
  });

  it('refuses the text of an operation, also of a listed one, and charges nothing', async () => {
    const before = await gateway.charges();
    const { body: text } = manifest.operations.find(({ name }) => name === 'CreatePayment') ?? { body: '' };
    const answer = await post({ query: text, variables: { input: newInput() }, operationName: 'CreatePayment' });
    expect(answer).toEqual({ status: 400, body: { errors: [REFUSAL] } });
    expect(await gateway.charges()).toBe(before);
  });

  it.each(['{ __typename }', '{ __schema { types { name } } }', '{ _service { sdl } }', '{', '{ payment(id: "'])(
    'refuses %s without parsing it',
    async (query) => {
      expect((await post({ query })).body.errors).toEqual([REFUSAL]);
    },
  );

  it.each(['/demo', '/graphiql'])('serves no page at %s, which would send texts of its own', async (path) => {
    expect((await fetch(`${gateway.url}${path}`)).status).toBe(404);
  });

  it('lists the places that work', async () => {
    const { places } = (await (await fetch(gateway.url)).json()) as { places: { address: string }[] };
    const { sandboxUrl } = gateway;
    expect(places.map(({ address }) => address)).toEqual(['/readyz', sandboxUrl, `${sandboxUrl}/sandbox/ledger`]);
  });

  it('serves no explorer at /graphql and lets none of another site in', async () => {
    const page = await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect(page.headers.get('content-type')).not.toContain('html');
    const asked = await fetch(`${gateway.url}/graphql`, {
      method: 'OPTIONS',
      headers: { origin: 'https://studio.apollographql.com', 'access-control-request-method': 'POST' },
    });
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('learns no operation from a client', async () => {
    const query = '{ payment(id: "pay_1") { id } }';
    const id = createHash('sha256').update(query).digest('hex');
    const taught = await post({ query, ...byId(id) });
    const asked = await post(byId(id));
    expect(taught.body.errors).toEqual([REFUSAL]);
    expect(asked.body.errors[0].extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  it('runs what the id names, whatever text comes with it', async () => {
    const { body } = await post({
      query: '{ _service { sdl } }',
      ...byId(idOf('Payment')),
      variables: { id: 'pay_1' },
    });
    expect(body).toEqual({ data: { payment: null } });
  });

  function byId(sha256Hash: string): Record<string, unknown> {
    return { extensions: { persistedQuery: { version: 1, sha256Hash } } };
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests reach into answers by path
  async function post(operation: Record<string, unknown>): Promise<{ status: number; body: any }> {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify(operation),
    });
    return { status: response.status, body: await response.json() };
  }
});

function nameOf(document: {
  readonly definitions: readonly { readonly kind: string; readonly name?: { readonly value: string } }[];
}): string {
  return document.definitions.find(({ kind }) => kind === 'OperationDefinition')?.name?.value ?? '';
}
