import { createHash } from 'node:crypto';
import { openEventStream } from '../../http/subscriptions/event-stream-client.js';
import { connect, subscribe } from '../../http/subscriptions/websocket-client.js';
import { expectLedgerUnchanged, ordersAt } from '../support/ledger.js';
import { startGateway, type Gateway } from '../../support/gateway/gateway.js';
import { ownInput, post } from '../../support/graphql-client.js';

const tooMuch = (most: number, what: string): string =>
  `The operation asks for too much: at most ${most} ${what} are answered.`;
const unknownFields = Array.from({ length: 110 }, (_none, index) => `a${index}`).join(' ');
const linesOf = (count: number): string => `{ payment(id: "1") {${'\n'.repeat(count)}${unknownFields} } }`;

const LONG_NAME = {
  query: `{ payment(id: "1") { metadata { ${'A'.repeat(101)}: key } } }`,
  error: { message: tooMuch(100, 'characters of a name'), locations: [{ line: 1, column: 1 }] },
};
const MANY_LINES = { query: linesOf(1_001), error: { message: tooMuch(1_000, 'line breaks of a document') } };
const LONG_TEXT = {
  query: `{ payment(id: "1") { id } ${' '.repeat(64_000)} }`,
  error: { message: tooMuch(64_000, 'characters of a document') },
};
const LONG_ANSWER = {
  query:
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Payment { metadata { a: value b: value c: value } } } }',
  error: {
    message: tooMuch(8_000_000, 'bytes in the answer, texts counted at their full length,'),
    locations: [{ line: 1, column: 1 }],
  },
};
const ATTACKS = [
  ['a name that each item of a list would repeat', LONG_NAME],
  ['lines that are counted for every error', MANY_LINES],
  ['a text that is long', LONG_TEXT],
] as const;

/** Whether the answer is this one alone. */
const refusing = (error: object) => ({
  errors: [
    {
      ...error,
      extensions: { code: 'DOCUMENT_LIMIT_EXCEEDED', requestId: expect.stringMatching(/^req_/) as string },
    },
  ],
});

let gateway: Gateway<'tokens'>;
let alice: string;
/** Of somebody who may do nothing: what it costs to refuse a document, they can have for the asking. */
let nobody: string;
let paid: string;
beforeAll(async () => {
  gateway = await startGateway({ with: ['tokens'], env: { SUBSCRIPTION_CALLBACK_ORIGINS: 'https://router.example' } });
  alice = gateway.issuer.token();
  nobody = gateway.issuer.token({ scope: '' });
  const { payment } = await gateway.pay(alice, { metadata: [{ key: 'k', value: 'v'.repeat(500) }] });
  paid = payment.id as string;
});
afterAll(() => gateway.close());

const orders = () => ordersAt(gateway.sandboxUrl);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('documents whose length alone hurts', () => {
  expectLedgerUnchanged(orders);

  describe.each(ATTACKS)('%s', (_title, { query, error }) => {
    it('is refused by POST, with a payment beside it', async () => {
      const beside = `mutation ($input: CreatePaymentInput!) { createPayment(input: $input) { __typename } }`;
      const whole = `query Q ${query} ${beside}`;
      const { status, body } = await gateway.ask(whole, { token: alice, variables: { input: ownInput() } });
      expect([status, body]).toEqual([200, refusing(error)]);
    });

    it('is refused with 400 to those who know the media type of GraphQL', async () => {
      const headers = { accept: 'application/graphql-response+json' };
      const { status, body } = await gateway.ask(query, { token: alice, headers });
      expect([status, body]).toEqual([400, refusing(error)]);
    });

    it('is refused to somebody who may do nothing', async () => {
      const { status, body } = await gateway.ask(query, { token: nobody });
      expect([status, body]).toEqual([200, refusing(error)]);
    });

    it('is refused as a persisted query, and not kept', async () => {
      const sha256Hash = createHash('sha256').update(query).digest('hex');
      const extensions = { persistedQuery: { version: 1, sha256Hash } };
      const first = await post(gateway.url, JSON.stringify({ query, extensions }), bearer(alice));
      const second = await post(gateway.url, JSON.stringify({ extensions }), bearer(alice));
      expect(first.body).toEqual(refusing(error));
      expect(second.body.errors?.map(({ message }) => message)).toEqual(['PersistedQueryNotFound']);
    });

    it('is refused to a router that would be called back', async () => {
      const subscription = {
        ...{ callbackUrl: 'https://router.example/callback/1', subscriptionId: '1' },
        ...{ verifier: 'one', heartbeatIntervalMs: 0 },
      };
      const body = JSON.stringify({ query, extensions: { subscription } });
      const answer = await post(gateway.url, body, { ...bearer(alice), accept: 'application/json;callbackSpec=1.0' });
      expect(answer.body).toEqual(refusing(error));
    });

    it('is refused over WebSocket', async () => {
      const client = await connect(`${gateway.url.replace('http', 'ws')}/graphql`, bearer(alice));
      client.send(subscribe('1', query));
      expect(await client.next()).toEqual({ id: '1', type: 'error', payload: refusing(error).errors });
      client.socket.close();
    });

    it('is refused as an event stream', async () => {
      const stream = await openEventStream(`${gateway.url}/graphql`, { query }, { headers: bearer(alice) });
      expect(await stream.next()).toEqual({ event: 'next', data: refusing(error) });
      expect(await stream.next()).toEqual({ event: 'complete', data: null });
    });
  });

  it('one payment, a hundred times, with its longest texts three times: refused', async () => {
    const r = Array(100).fill({ __typename: 'Payment', id: paid });
    const { status, body } = await gateway.ask(LONG_ANSWER.query, { token: alice, variables: { r } });
    expect([status, body]).toEqual([200, refusing(LONG_ANSWER.error)]);
  });

  it.each([
    ['long name', LONG_NAME],
    ['document of many lines', MANY_LINES],
  ])('a %s: refused by GET', async (_title, { query, error }) => {
    const search = new URLSearchParams({ query }).toString();
    const headers = { ...bearer(alice), 'apollo-require-preflight': 'yes' };
    const response = await fetch(`${gateway.url}/graphql?${search}`, { headers });
    expect([response.status, await response.json()]).toEqual([200, refusing(error)]);
  });

  it.each([
    ['the longest name', `{ ${'A'.repeat(100)}: __typename }`],
    ['the most lines', `{ ${'A'.repeat(100)}: __typename${'\n'.repeat(1_000)} }`],
    ['the longest text', `{ ${'A'.repeat(100)}: __typename }`.padEnd(64_000, ' ')],
  ])('%s: answered, over every way in', async (_title, query) => {
    const answer = { data: { ['A'.repeat(100)]: 'Query' } };
    const client = await connect(`${gateway.url.replace('http', 'ws')}/graphql`, bearer(alice));
    client.send(subscribe('1', query));
    const stream = await openEventStream(`${gateway.url}/graphql`, { query }, { headers: bearer(alice) });
    const { body } = await gateway.ask(query, { token: alice });
    expect(body).toEqual(answer);
    expect(await client.next()).toEqual({ id: '1', type: 'next', payload: answer });
    expect(await stream.next()).toEqual({ event: 'next', data: answer });
    client.socket.close();
    stream.abort();
  });
});
