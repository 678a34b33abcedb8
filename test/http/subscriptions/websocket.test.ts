import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { openRaw, requestText } from '../raw-connection.js';
import { usePostgres } from '../../store/support/test-stores.js';
import {
  record,
  startReadOnlyReplica,
  waitingPayment,
  WATCH,
  type ReadOnlyReplica,
} from './read-only-replica.fixture.js';
import { connect, openSocket, subscribe } from './websocket-client.js';

const postgres = usePostgres();
let replica: ReadOnlyReplica;
beforeAll(async () => {
  replica = await startReadOnlyReplica({
    databaseUrl: await postgres().createDatabase(),
    http: { streamLimits: { maxOperationsPerSocket: 3, maxMessageBytes: 10_000 } },
  });
});
afterAll(() => replica.close());

const next = (status: string, terminal = false) => ({
  type: 'next',
  payload: { data: { paymentUpdated: expect.objectContaining({ status, terminal }) as unknown } },
});

describe('a subscription over WebSocket', () => {
  it('tells the present state, each change, and completes at the end', async () => {
    const { id } = await waitingPayment(replica);
    const client = await connect(replica.webSocketUrl);

    client.send(subscribe('1', WATCH, { id }));
    expect(await client.next()).toEqual({ id: '1', ...next('PENDING') });
    await record(replica, id, { state: 'REQUIRES_ACTION', providerTimeMs: Date.now() });
    expect(await client.next()).toEqual({ id: '1', ...next('REQUIRES_ACTION') });
    await record(replica, id, { state: 'SUCCEEDED' });
    expect(await client.next()).toEqual({ id: '1', ...next('SUCCEEDED', true) });
    expect(await client.next()).toEqual({ id: '1', type: 'complete' });
    client.socket.close();
  });

  it('tells the last state of a payment that is done already, and completes', async () => {
    const { id } = await waitingPayment(replica);
    await record(replica, id, { state: 'SUCCEEDED' });
    const client = await connect(replica.webSocketUrl);

    client.send(subscribe('1', WATCH, { id }));
    expect(await client.next()).toEqual({ id: '1', ...next('SUCCEEDED', true) });
    expect(await client.next()).toEqual({ id: '1', type: 'complete' });
    client.socket.close();
  });

  it.each(['unknown', 'of somebody else'])(
    'answers for a payment that is %s with one and the same error',
    async (which) => {
      const { id } = await waitingPayment(replica);
      const credentials = which === 'unknown' ? undefined : { authorization: 'Bearer somebody' };
      const client = await connect(replica.webSocketUrl, credentials);

      client.send(subscribe('1', WATCH, { id: which === 'unknown' ? 'pay_unknown' : id }));
      expect(await client.next()).toEqual({
        id: '1',
        type: 'next',
        payload: {
          data: null,
          errors: [
            {
              message: 'There is no payment with this id, or it is somebody else’s.',
              locations: [{ line: 1, column: 32 }],
              path: ['paymentUpdated'],
              extensions: { code: 'PAYMENT_NOT_FOUND', requestId: expect.stringMatching(/^req_/) as string },
            },
          ],
        },
      });
      expect(await client.next()).toEqual({ id: '1', type: 'complete' });
      client.socket.close();
    },
  );

  it('ends when the client has had enough', async () => {
    const { id } = await waitingPayment(replica);
    const client = await connect(replica.webSocketUrl);

    client.send(subscribe('1', WATCH, { id }));
    await client.next();
    client.send({ id: '1', type: 'complete' });
    client.send(subscribe('2', WATCH, { id }));
    await client.next();
    await record(replica, id, { state: 'SUCCEEDED' });
    expect(await client.next()).toEqual({ id: '2', ...next('SUCCEEDED', true) });
    expect(await client.next()).toEqual({ id: '2', type: 'complete' });
    client.socket.close();
  });

  it('serves the client of graphql-ws', async () => {
    const { id } = await waitingPayment(replica);
    const client = createClient({ url: replica.webSocketUrl, webSocketImpl: WebSocket });
    const statuses: unknown[] = [];

    for await (const { data } of client.iterate<{ paymentUpdated: { status: string } }>({
      query: WATCH,
      variables: { id },
    })) {
      statuses.push(data?.paymentUpdated.status);
      await record(replica, id, { state: 'SUCCEEDED' });
    }
    expect(statuses).toEqual(['PENDING', 'SUCCEEDED']);
    await client.dispose();
  });
});

describe('other operations over WebSocket', () => {
  it('are answered like ordinary requests if they are queries', async () => {
    const { id } = await waitingPayment(replica);
    const client = await connect(replica.webSocketUrl);
    client.send(subscribe('q', 'query ($id: ID!) { payment(id: $id) { id } }', { id }));
    expect(await client.next()).toEqual({ id: 'q', type: 'next', payload: { data: { payment: { id } } } });
    expect(await client.next()).toEqual({ id: 'q', type: 'complete' });
    client.socket.close();
  });

  it.each([
    [
      'a mutation',
      subscribe('1', 'mutation { refreshWalletQr(paymentId: "pay_1") { __typename } }'),
      'MUTATION_NEEDS_REQUEST',
      'Mutations are not taken over streams. Send them as an ordinary POST; nothing was executed.',
    ],
    [
      'what is no GraphQL',
      subscribe('1', 'subscription { secret"'),
      'GRAPHQL_PARSE_FAILED',
      'Syntax Error: the document is not valid GraphQL at line 1, column 23.',
    ],
    [
      'what the schema does not have',
      subscribe('1', 'subscription { orderUpdated { id } }'),
      'GRAPHQL_VALIDATION_FAILED',
      expect.stringContaining('Cannot query field "orderUpdated" on type "Subscription".') as string,
    ],
    [
      'a variable of the wrong type, without its value',
      subscribe('1', WATCH, { id: { secret: 'pi_secret' } }),
      'BAD_USER_INPUT',
      expect.not.stringContaining('secret') as string,
    ],
  ])('are refused in one error: %s', async (_what, operation, code, message) => {
    const client = await connect(replica.webSocketUrl);
    client.send(operation);
    expect(await client.next()).toMatchObject({ id: '1', type: 'error', payload: [{ message, extensions: { code } }] });
    client.socket.close();
  });
});

describe('a connection', () => {
  it('is refused with bad credentials, wherever they stand', async () => {
    const inMessage = await openSocket(replica.webSocketUrl);
    inMessage.send({ type: 'connection_init', payload: { Authorization: 'Bearer wrong' } });
    const inHeader = await openSocket(replica.webSocketUrl, { headers: { authorization: 'Bearer wrong' } });
    inHeader.send({ type: 'connection_init' });
    expect(await inMessage.closed).toEqual({ code: 4401, reason: 'Unauthorized' });
    expect(await inHeader.closed).toEqual({ code: 4401, reason: 'Unauthorized' });
  });

  it('is closed when it does not introduce itself in time', async () => {
    const hasty = await startReadOnlyReplica({
      databaseUrl: await postgres().createDatabase(),
      http: { streamLimits: { initTimeoutMs: 50 } },
    });
    const client = await openSocket(hasty.webSocketUrl);
    expect(await client.closed).toEqual({ code: 4408, reason: 'Connection initialisation timeout' });
    await hasty.close();
  });

  it('is closed when it subscribes before it was acknowledged', async () => {
    const early = await openSocket(replica.webSocketUrl);
    early.send(subscribe('1', '{ __typename }'));
    expect((await early.closed).code).toBe(4401);
  });

  const OTHER_PROTOCOL = 'Use the WebSocket subprotocol graphql-transport-ws';

  it('of the old protocol hears which one to speak, as an error of its own and as it is closed', async () => {
    const legacy = await openSocket(replica.webSocketUrl, { protocol: 'graphql-ws' });
    legacy.send({ type: 'connection_init', payload: {} });
    legacy.send({ id: '1', type: 'start', payload: { query: '{ __typename }' } });

    expect(await legacy.next()).toEqual({
      type: 'connection_error',
      payload: { message: `${OTHER_PROTOCOL}. This one, of subscriptions-transport-ws, is not spoken here.` },
    });
    expect(await legacy.closed).toEqual({ code: 4406, reason: OTHER_PROTOCOL });
  });

  it('of no protocol hears which one to speak as it is closed', async () => {
    const socket = new WebSocket(replica.webSocketUrl);
    const closed = await new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
      });
    });

    expect(closed).toEqual({ code: 4406, reason: OTHER_PROTOCOL });
  });

  it.each([
    ['graphql-ws', 'graphql-transport-ws'],
    ['mqtt', 'graphql-transport-ws'],
  ])('speaks the new protocol where it is offered beside %s', async (...offered) => {
    const socket = new WebSocket(replica.webSocketUrl, offered);
    await new Promise((resolve) => socket.once('open', resolve));
    expect(socket.protocol).toBe('graphql-transport-ws');
    socket.terminate();
  });

  it('of protocols that are not known here is not agreed to', async () => {
    const refused = openSocket(replica.webSocketUrl, { protocol: 'mqtt' });
    await expect(refused).rejects.toThrow('Server sent no subprotocol');
  });

  it('is closed for what is no message, and for one that is too long', async () => {
    const garbled = await connect(replica.webSocketUrl);
    garbled.send('{"type":');
    const long = await connect(replica.webSocketUrl);
    long.send(subscribe('1', `{ __typename } #${'x'.repeat(10_000)}`));
    expect((await garbled.closed).code).toBe(4400);
    expect((await long.closed).code).toBe(1009);
  });

  it('is closed for a message that only servers send, and nobody is woken for it', async () => {
    const stranger = await openSocket(replica.webSocketUrl);
    stranger.send({ type: 'next', id: '1', payload: {} });
    const client = await connect(replica.webSocketUrl);
    client.send({ type: 'connection_ack' });
    const closed = { code: 4400, reason: 'Unexpected message' };
    expect([await stranger.closed, await client.closed]).toEqual([closed, closed]);
    expect(JSON.stringify(replica.logLines)).not.toContain('unexpected-error');
  });

  it('is closed for an id that is taken, however long it is, and nobody is woken for it', async () => {
    const { id } = await waitingPayment(replica);
    const client = await connect(replica.webSocketUrl);
    const name = `x${'€'.repeat(100)}`;
    client.send(subscribe(name, WATCH, { id }));
    await client.next();
    client.send(subscribe(name, WATCH, { id }));
    expect(await client.closed).toEqual({ code: 4409, reason: `Subscriber for x${'€'.repeat(35)}` });
    expect(JSON.stringify(replica.logLines)).not.toContain('unexpected-error');
  });

  it('may have a limited number of operations under way', async () => {
    const { id } = await waitingPayment(replica);
    const client = await connect(replica.webSocketUrl);
    for (const name of ['1', '2', '3', '4']) {
      client.send(subscribe(name, WATCH, { id }));
      const answer = await client.next();
      expect(answer).toMatchObject({ id: name, type: name === '4' ? 'error' : 'next' });
      if (name === '4')
        expect(answer.payload).toEqual([
          {
            message:
              'This connection has as many operations under way as one may have. Complete some of them, or open ' +
              'another.',
            extensions: { code: 'TOO_MANY_OPERATIONS', requestId: expect.stringMatching(/^req_/) as string },
          },
        ]);
    }
    client.send({ id: '1', type: 'complete' });
    client.send(subscribe('5', WATCH, { id }));
    expect(await client.next()).toEqual({ id: '5', ...next('PENDING') });
    client.socket.close();
  });

  it.each([
    ['another path', '/other', {}, 'refused with 404'],
    ['a page of another origin', '/graphql', { origin: 'https://evil.example' }, 'refused with 403'],
  ])('is refused for %s', async (_what, path, headers, refusal) => {
    const url = replica.webSocketUrl.replace('/graphql', path);
    await expect(openSocket(url, { headers })).rejects.toThrow(refusal);
  });

  it('is open to pages of allowed origins and of its own', async () => {
    const listed = await openSocket(replica.webSocketUrl, { headers: { origin: 'https://shop.example' } });
    const own = await openSocket(replica.webSocketUrl, { headers: { origin: replica.url } });
    expect([listed.socket.protocol, own.socket.protocol]).toEqual(['graphql-transport-ws', 'graphql-transport-ws']);
    listed.socket.close();
    own.socket.close();
  });

  it('leaves a request that offers HTTP/2 to HTTP/1.1, body and all', async () => {
    const offer = {
      Connection: 'Upgrade, HTTP2-Settings',
      Upgrade: 'h2c',
      'HTTP2-Settings': 'AAMAAABkAAQAoAAAAAIAAAAA',
    };
    const text = requestText(
      'POST /graphql',
      { ...offer, 'Content-Type': 'application/json' },
      JSON.stringify({ query: '{ __typename }' }),
    );
    const raw = await openRaw(replica.port);
    raw.send(text.slice(0, -8));
    raw.send(text.slice(-8));
    await raw.saw('{"data":{"__typename":"Query"}}');
    raw.send(requestText('GET /livez'));
    await raw.saw('alive');
    expect(raw.received()).toMatch(/^HTTP\/1\.1 200 OK/);
    raw.destroy();
  });
});
