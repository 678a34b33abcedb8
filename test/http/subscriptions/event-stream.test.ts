import { createClient } from 'graphql-sse';
import { usePostgres } from '../../store/support/test-stores.js';
import { openEventStream } from './event-stream-client.js';
import {
  record,
  startReadOnlyReplica,
  waitingPayment,
  WATCH,
  type ReadOnlyReplica,
} from './read-only-replica.fixture.js';

const postgres = usePostgres();
let replica: ReadOnlyReplica;
let url: string;
beforeAll(async () => {
  replica = await startReadOnlyReplica({
    databaseUrl: await postgres().createDatabase(),
    http: { streamLimits: { maxMessageBytes: 10_000 } },
  });
  url = `${replica.url}/graphql`;
});
afterAll(() => replica.close());

const next = (status: string, terminal = false) => ({
  event: 'next',
  data: { data: { paymentUpdated: expect.objectContaining({ status, terminal }) as unknown } },
});
const COMPLETE = { event: 'complete', data: null };

describe('a subscription as an event stream', () => {
  it('tells the present state, each change, and completes at the end', async () => {
    const { id } = await waitingPayment(replica);

    const stream = await openEventStream(url, { query: WATCH, variables: { id } });
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.response.headers.get('cache-control')).toBe('no-store');
    expect(await stream.next()).toEqual(next('PENDING'));
    await record(replica, id, { state: 'SUCCEEDED' });
    expect(await stream.next()).toEqual(next('SUCCEEDED', true));
    expect(await stream.next()).toEqual(COMPLETE);
    expect(await stream.next()).toBeNull();
  });

  it('can be asked for by GET, as EventSource does', async () => {
    const { id } = await waitingPayment(replica);
    const search = new URLSearchParams({ query: WATCH, variables: JSON.stringify({ id }) });

    const stream = await openEventStream(`${url}?${search.toString()}`, undefined, { method: 'GET' });
    expect(await stream.next()).toEqual(next('PENDING'));
    stream.abort();
  });

  it('answers for a payment of somebody else as for one that does not exist', async () => {
    const { id } = await waitingPayment(replica);
    const headers = { authorization: 'Bearer somebody' };

    const streams = await Promise.all([
      openEventStream(url, { query: WATCH, variables: { id } }, { headers }),
      openEventStream(url, { query: WATCH, variables: { id: 'pay_unknown' } }, { headers }),
    ]);
    for (const stream of streams) {
      expect(await stream.next()).toMatchObject({
        event: 'next',
        data: {
          data: null,
          errors: [
            {
              message: 'There is no payment with this id, or it is somebody else’s.',
              extensions: { code: 'PAYMENT_NOT_FOUND' },
            },
          ],
        },
      });
      expect(await stream.next()).toEqual(COMPLETE);
    }
  });

  it('lets pages of allowed origins read it', async () => {
    const { id } = await waitingPayment(replica);
    const headers = { origin: 'https://shop.example' };

    const stream = await openEventStream(url, { query: WATCH, variables: { id } }, { headers });
    expect(stream.response.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    stream.abort();
  });

  it('serves the client of graphql-sse', async () => {
    const { id } = await waitingPayment(replica);
    const client = createClient({ url });
    const statuses: unknown[] = [];

    for await (const { data } of client.iterate<{ paymentUpdated: { status: string } }>({
      query: WATCH,
      variables: { id },
    })) {
      statuses.push(data?.paymentUpdated.status);
      await record(replica, id, { state: 'SUCCEEDED' });
    }
    expect(statuses).toEqual(['PENDING', 'SUCCEEDED']);
    client.dispose();
  });
});

describe('an event stream', () => {
  it('answers a query with one result', async () => {
    const stream = await openEventStream(url, { query: '{ __typename }' });
    expect(await stream.next()).toEqual({ event: 'next', data: { data: { __typename: 'Query' } } });
    expect(await stream.next()).toEqual(COMPLETE);
  });

  it.each([
    ['a mutation', 'mutation { refreshWalletQr(paymentId: "pay_1") { __typename } }', 'MUTATION_NEEDS_REQUEST'],
    ['what is no GraphQL', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['what the schema does not have', 'subscription { orderUpdated { id } }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('refuses %s in its one result', async (_what, query, code) => {
    const stream = await openEventStream(url, { query });
    expect(await stream.next()).toMatchObject({ event: 'next', data: { errors: [{ extensions: { code } }] } });
    expect(await stream.next()).toEqual(COMPLETE);
  });

  it.each([
    ['bad credentials', {}, { authorization: 'Bearer wrong' }, 401, 'UNAUTHENTICATED'],
    ['a body that is not JSON', {}, { 'content-type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a body without an operation', { variables: {} }, {}, 400, 'BAD_REQUEST'],
    ['a list of operations', [{ query: '{ __typename }' }], {}, 400, 'BAD_REQUEST'],
    ['a body that is too long', { query: `{ __typename } #${'x'.repeat(10_000)}` }, {}, 413, 'BODY_TOO_LARGE'],
  ])('is refused for %s', async (_what, body, headers, status, code) => {
    const response = await post(body, headers);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
  });

  it('says what was wrong with a request that holds no operation', async () => {
    const response = await post({ query: 7 }, {});
    expect(await response.json()).toMatchObject({
      errors: [{ message: 'The request holds no GraphQL operation that could be read. Nothing was executed.' }],
    });
  });
});

describe('a subscription in an ordinary request', () => {
  it('is told where it can be had', async () => {
    const response = await post({ query: WATCH, variables: { id: 'pay_1' } }, { accept: 'application/json' });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      errors: [
        {
          message:
            'A subscription needs a stream: open a WebSocket with the subprotocol graphql-transport-ws, or send ' +
            'the header Accept: text/event-stream.',
          extensions: { code: 'SUBSCRIPTION_NEEDS_STREAM', requestId: expect.stringMatching(/^req_/) as string },
        },
      ],
    });
  });
});

function post(body: unknown, headers: Record<string, string>): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...headers },
  });
}
