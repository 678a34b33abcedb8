import { post, startHttpServer, type RunningServer } from '../http-server.fixture.js';
import { usePostgres } from '../../store/support/test-stores.js';
import { startReadOnlyReplica, waitingPayment, WATCH } from './read-only-replica.fixture.js';
import { connect, subscribe, type SocketClient } from './websocket-client.js';

const postgres = usePostgres();

describe('the operations of a WebSocket', () => {
  let server: RunningServer;
  let client: SocketClient;
  beforeEach(async () => {
    server = await startHttpServer({ streamLimits: { maxOperationsAtWork: 1, maxOperationsPerSocket: 2 } });
    client = await connect(`${server.url.replace('http', 'ws')}/graphql`);
    client.send(subscribe('slow', '{ slow }'));
    await server.slowBegan;
  });
  afterEach(async () => {
    client.socket.close();
    await server.close();
  });

  it('wait for their turn where as many as may are worked on', async () => {
    client.send(subscribe('1', 'mutation { charge }'));
    await allTaken(client);
    expect(server.charges()).toBe(0);
    server.finishSlow();
    const answers = [await client.next(), await client.next(), await client.next(), await client.next()];
    expect(answers[0]).toEqual({ id: 'slow', type: 'next', payload: { data: { slow: 'done' } } });
    expect(answers.filter(({ id }) => id === '1')).toEqual([
      { id: '1', type: 'next', payload: { data: { charge: 1 } } },
      { id: '1', type: 'complete' },
    ]);
  });

  it('keep nobody else waiting', async () => {
    const other = await connect(`${server.url.replace('http', 'ws')}/graphql`);
    other.send(subscribe('1', '{ hello }'));
    expect(await other.next()).toEqual({ id: '1', type: 'next', payload: { data: { hello: 'world' } } });
    other.socket.close();
    server.finishSlow();
  });

  it('are not done when they are given up before their turn', async () => {
    client.send(subscribe('1', 'mutation { charge }'));
    client.send({ id: '1', type: 'complete' });
    await allTaken(client);
    server.finishSlow();
    await client.next();
    await client.next();
    client.send(subscribe('2', '{ hello }'));
    expect(await client.next()).toMatchObject({ id: '2', type: 'next' });
    expect(server.charges()).toBe(0);
  });

  it('are refused where too many wait, those counted that were given up', async () => {
    for (const id of ['1', '2']) {
      client.send(subscribe(id, 'mutation { charge }'));
      client.send({ id, type: 'complete' });
    }
    client.send(subscribe('3', 'mutation { charge }'));
    expect(await client.next()).toMatchObject({
      id: '3',
      type: 'error',
      payload: [{ extensions: { code: 'TOO_MANY_OPERATIONS' } }],
    });
    server.finishSlow();
    await client.next();
    expect(server.charges()).toBe(0);
  });
});

it('the operations of a person wait for those over the person’s other sockets, and for nobody else’s', async () => {
  const server = await startHttpServer({
    streamLimits: { maxOperationsAtWork: 1 },
    authenticate: ({ authorization: scope = '' }) => Promise.resolve({ ...A_PERSON, scope }),
  });
  const url = `${server.url.replace('http', 'ws')}/graphql`;
  const first = await connect(url, { authorization: 'alice' });
  const second = await connect(url, { authorization: 'alice' });
  const other = await connect(url, { authorization: 'bob' });
  first.send(subscribe('slow', '{ slow }'));
  await server.slowBegan;
  second.send(subscribe('1', 'mutation { charge }'));
  await allTaken(second);
  other.send(subscribe('1', '{ hello }'));
  expect(await other.next()).toMatchObject({ type: 'next' });
  expect(server.charges()).toBe(0);
  server.finishSlow();
  expect(await second.next()).toEqual({ id: '1', type: 'next', payload: { data: { charge: 1 } } });
  for (const { socket } of [first, second, other]) socket.close();
  await server.close();
});

it('subscriptions that are open are no work', async () => {
  const replica = await startReadOnlyReplica({
    databaseUrl: await postgres().createDatabase(),
    http: { load: { maxInFlight: 1 }, streamLimits: { maxOperationsAtWork: 1 } },
  });
  const { id } = await waitingPayment(replica);
  const client = await connect(replica.webSocketUrl);
  for (const name of ['1', '2', '3']) {
    client.send(subscribe(name, WATCH, { id }));
    expect(await client.next()).toMatchObject({ id: name, type: 'next' });
  }
  expect((await post(replica.url, { query: '{ __typename }' })).status).toBe(200);
  client.socket.close();
  await replica.close();
});

const A_PERSON = { customerReference: null, may: { read: true, write: true, anyCustomer: false } };

/** Resolves when the server has taken all that was sent before. */
async function allTaken(client: SocketClient): Promise<void> {
  client.send({ type: 'ping' });
  expect(await client.next()).toEqual({ type: 'pong' });
}
