import type { IncomingHttpHeaders } from 'node:http';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { LOCAL_CALLER, type Caller } from '../../../src/payments/access/caller.js';
import { usePostgres } from '../../store/support/test-stores.js';
import { startCallbackRouter } from './callback-router.js';
import { openEventStream } from './event-stream-client.js';
import {
  record,
  startReadOnlyReplica,
  waitingPayment,
  WATCH,
  type ReadOnlyReplica,
} from './read-only-replica.fixture.js';
import { connect, subscribe } from './websocket-client.js';

/** Time to connect and to get the present state, on a busy machine too. */
const GOOD_FOR_MS = 3_000;

/** `short` is good for a moment, everything else for weeks. */
function authenticate({ authorization = '' }: IncomingHttpHeaders): Promise<Caller> {
  const goodForMs = authorization === 'short' ? GOOD_FOR_MS : 30 * 86_400_000;
  return Promise.resolve({ ...LOCAL_CALLER, provedUntilMs: Date.now() + goodForMs });
}

const postgres = usePostgres();
const start = async (callbackOrigins: string[] = []): Promise<ReadOnlyReplica> =>
  startReadOnlyReplica({
    databaseUrl: await postgres().createDatabase(),
    http: { authenticate },
    api: { callbackOrigins },
  });

describe('when the token expires', () => {
  it('a WebSocket is closed with 4403, and one with a good token is not', async () => {
    const replica = await start();
    const lasting = await connect(replica.webSocketUrl, { authorization: 'long' });
    const client = await connect(replica.webSocketUrl, { authorization: 'short' });
    expect(await client.closed).toEqual({ code: 4403, reason: 'Token expired' });
    lasting.send(subscribe('1', '{ __typename }'));
    expect(await lasting.next()).toMatchObject({ type: 'next' });
    await replica.close();
  });

  it('the client of graphql-ws asks for a new one, connects again and misses nothing', async () => {
    const replica = await start();
    const { id } = await waitingPayment(replica);
    const tokens = ['short', 'long'];
    const client = createClient({
      url: replica.webSocketUrl,
      webSocketImpl: WebSocket,
      retryWait: () => Promise.resolve(),
      connectionParams: () => ({ authorization: tokens.shift() }),
    });
    const results = client.iterate<{ paymentUpdated: { status: string } }>({ query: WATCH, variables: { id } });
    const statusOfNext = async () =>
      ((await results.next()).value as { data?: { paymentUpdated: { status: string } } }).data?.paymentUpdated.status;
    expect([await statusOfNext(), await statusOfNext()]).toEqual(['PENDING', 'PENDING']);
    await record(replica, id, { state: 'SUCCEEDED' });
    expect(await statusOfNext()).toBe('SUCCEEDED');
    expect(tokens).toEqual([]);
    await client.dispose();
    await replica.close();
  });

  it('an event stream ends without `complete`, so that clients connect again', async () => {
    const replica = await start();
    const { id } = await waitingPayment(replica);
    const stream = await openEventStream(
      `${replica.url}/graphql`,
      { query: WATCH, variables: { id } },
      { headers: { authorization: 'short' } },
    );
    expect(await stream.next()).toMatchObject({ event: 'next' });
    expect(await stream.next()).toBeNull();
    await replica.close();
  });

  it('a subscription by callback is completed with an error that says so, and no error is logged', async () => {
    const router = await startCallbackRouter();
    const replica = await start([router.origin]);
    const { id } = await waitingPayment(replica);
    const options = router.newSubscription();
    await fetch(`${replica.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'short' },
      body: JSON.stringify({ query: WATCH, variables: { id }, extensions: { subscription: options } }),
    });
    const actions = [await router.next(options.subscriptionId), await router.next(options.subscriptionId)];
    expect(actions.map(({ body }) => body.action)).toEqual(['check', 'next']);
    expect((await router.next(options.subscriptionId)).body).toMatchObject({
      action: 'complete',
      errors: [
        {
          message: 'The access token has expired. Subscribe again with a new one: the present state comes first.',
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
    expect(replica.logLines).not.toContainEqual(expect.objectContaining({ level: 'error' }));
    await replica.close();
    await router.close();
  });
});
