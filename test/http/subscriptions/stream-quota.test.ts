import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { createStreamQuota } from '../../../src/graphql/subscription/stream-quota.js';
import { LOCAL_CALLER, type Caller } from '../../../src/payments/access/caller.js';
import { openRaw, requestText, WEBSOCKET_HANDSHAKE } from '../raw-connection.js';
import { usePostgres } from '../../store/support/test-stores.js';
import { startCallbackRouter, type CallbackRouter } from './callback-router.js';
import { openEventStream } from './event-stream-client.js';
import { claim, newClaim, newUpdate } from '../../store/support/payments.fixture.js';
import { record, startReadOnlyReplica, WATCH, type ReadOnlyReplica } from './read-only-replica.fixture.js';
import { connect, openSocket } from './websocket-client.js';

const TOO_MANY =
  'You have as many streams open here as one may have: WebSockets, event streams and subscriptions by callback. ' +
  'End some of them, or watch several payments over one WebSocket.';

/** The person that the header names. */
function authenticate({ authorization = 'nobody' }: IncomingHttpHeaders): Promise<Caller> {
  const may = { ...LOCAL_CALLER.may, anyCustomer: false };
  return Promise.resolve({ scope: authorization, customerReference: authorization, may });
}

const postgres = usePostgres();
let replica: ReadOnlyReplica;
let router: CallbackRouter;
let url: string;
beforeAll(async () => {
  const streamQuota = createStreamQuota({ perPerson: 2, perService: null });
  router = await startCallbackRouter();
  replica = await startReadOnlyReplica({
    databaseUrl: await postgres().createDatabase(),
    http: { authenticate, streamQuota, streamLimits: { maxSocketsAwaited: 2 } },
    api: { streamQuota, callbackOrigins: [router.origin] },
  });
  url = `${replica.url}/graphql`;
});
afterAll(async () => {
  await replica.close();
  await router.close();
});

const watch = (as: string, id: string) =>
  openEventStream(url, { query: WATCH, variables: { id } }, { headers: { authorization: as } });

async function ask(as: string, id: string) {
  const options = router.newSubscription();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: as },
    body: JSON.stringify({ query: WATCH, variables: { id }, extensions: { subscription: options } }),
  });
  return { options, response };
}

/** A payment that waits for its payer. */
async function paymentOf(scope: string) {
  const { store } = replica;
  const { payment } = await claim(store, newClaim({ scope, idempotencyKey: `watched-${randomUUID()}` }));
  return store.payments.record(payment.id, newUpdate({ state: 'PENDING', fields: { orderId: `order_${payment.id}` } }));
}

/** Resolves when the server has seen that connections are gone: streamQuota are free then. */
async function untilFree(as: string): Promise<void> {
  for (let status = 429; status === 429;) {
    const probe = await watch(as, 'pay_unknown');
    status = probe.response.status;
    probe.abort();
  }
}

describe('a caller with as many streams as one may have', () => {
  it('gets no other event stream: 429', async () => {
    const { id } = await paymentOf('ann');
    const open = [await watch('ann', id), await watch('ann', id)];
    const { response } = await watch('ann', id);
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '5']);
    expect(await response.json()).toMatchObject({
      errors: [{ message: TOO_MANY, extensions: { code: 'TOO_MANY_STREAMS' } }],
    });
    const other = await watch('bob', id);
    expect(other.response.status).toBe(200);
    for (const stream of [...open, other]) stream.abort();
    await untilFree('ann');
  });

  it('gets no other WebSocket: 1013, after which clients try again with pauses', async () => {
    const [one] = [await connect(replica.webSocketUrl, as('cid')), await connect(replica.webSocketUrl, as('cid'))];
    const third = await openSocket(replica.webSocketUrl);
    third.send({ type: 'connection_init', payload: as('cid') });
    expect(await third.closed).toEqual({ code: 1013, reason: 'Too many streams' });
    one?.socket.close();
    await one?.closed;
    const again = await connect(replica.webSocketUrl, as('cid'));
    expect(again.socket.readyState).toBe(again.socket.OPEN);
  });

  it('gets no other subscription by callback: an error, and nothing is posted', async () => {
    const { id } = await paymentOf('dan');
    const open = [await ask('dan', id), await ask('dan', id)];
    for (const { options } of open) while ((await router.next(options.subscriptionId)).body.action !== 'next');
    const before = router.requests();
    const { response } = await ask('dan', id);
    expect(open.map((asked) => asked.response.status)).toEqual([200, 200]);
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({
      errors: [{ message: TOO_MANY, extensions: { code: 'TOO_MANY_STREAMS' } }],
    });
    expect(router.requests()).toBe(before);
    await record(replica, id, { state: 'SUCCEEDED' });
    for (const { options } of open) while ((await router.next(options.subscriptionId)).body.action !== 'complete');
    expect((await ask('dan', id)).response.status).toBe(200);
  });

  it('gives the place back of a subscription that a router did not confirm', async () => {
    const { id } = await paymentOf('eve');
    router.answer('check', 400);
    const refused = [await ask('eve', id), await ask('eve', id), await ask('eve', id)];
    router.answer('check', 204, { 'subscription-protocol': 'callback/1.0' });
    expect(refused.map(({ response }) => response.status)).toEqual([502, 502, 502]);
    expect((await ask('eve', id)).response.status).toBe(200);
  });

  it('has them counted over all transports', async () => {
    const { id } = await paymentOf('fay');
    const socket = await connect(replica.webSocketUrl, as('fay'));
    expect((await ask('fay', id)).response.status).toBe(200);
    expect((await watch('fay', id)).response.status).toBe(429);
    socket.socket.close();
  });
});

describe('sockets whose clients do not say who they are', () => {
  it('give way to newer ones, the oldest first', async () => {
    const [oldest] = [await openSocket(replica.webSocketUrl), await openSocket(replica.webSocketUrl)];
    const client = await connect(replica.webSocketUrl, as('gil'));
    expect(await oldest?.closed).toEqual({ code: 4408, reason: 'Others waited' });
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    client.socket.close();
  });

  it('do not outlive a client that goes away before it is introduced', async () => {
    const raw = await openRaw(replica.port);
    raw.send(requestText('GET /graphql', WEBSOCKET_HANDSHAKE));
    await raw.saw('101 Switching Protocols');
    raw.destroy();
    const clients = [await connect(replica.webSocketUrl, as('hal')), await connect(replica.webSocketUrl, as('hal'))];
    expect(clients.map(({ socket }) => socket.readyState)).toEqual([1, 1]);
    for (const { socket } of clients) socket.close();
  });
});

function as(name: string): Record<string, unknown> {
  return { authorization: name };
}
