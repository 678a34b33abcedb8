import { createConnection } from 'node:net';
import { createClient as createEventStreamClient } from 'graphql-sse';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { StreamLimits } from '../../../src/http/subscriptions/stream-limits.js';
import { openRaw, requestText } from '../raw-connection.js';
import { claimedPayment } from '../../store/support/payments.fixture.js';
import { usePostgres } from '../../store/support/test-stores.js';
import { openEventStream } from './event-stream-client.js';
import {
  record,
  startReadOnlyReplica,
  waitingPayment,
  WATCH,
  type ReadOnlyReplica,
} from './read-only-replica.fixture.js';
import { connect, openSocket, subscribe } from './websocket-client.js';

const postgres = usePostgres();
const start = async (streamLimits: Partial<StreamLimits> = {}): Promise<ReadOnlyReplica> =>
  startReadOnlyReplica({ databaseUrl: await postgres().createDatabase(), http: { streamLimits } });

describe('a shutdown', () => {
  it('says farewell to sockets and ends event streams without completing them, and waits for neither', async () => {
    const replica = await start();
    const { id } = await waitingPayment(replica);
    const client = await connect(replica.webSocketUrl);
    client.send(subscribe('1', WATCH, { id }));
    const stream = await openEventStream(`${replica.url}/graphql`, { query: WATCH, variables: { id } });
    await Promise.all([client.next(), stream.next()]);

    await replica.close();
    expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
    expect(await stream.next()).toBeNull();
    expect(replica.logLines).not.toContainEqual(expect.objectContaining({ level: 'warn' }));
    expect(replica.logLines).not.toContainEqual(expect.objectContaining({ level: 'error' }));
  });

  it('cuts off a socket that does not answer the farewell', async () => {
    const replica = await start({ farewellMs: 20 });
    const deaf = await openSocket(replica.webSocketUrl);
    deaf.socket.pause();
    await replica.close();
    deaf.socket.resume();
    expect((await deaf.closed).code).toBe(1001);
  });

  it('refuses new sockets', async () => {
    const replica = await start();
    const busy = await openRaw(replica.port);
    const late = await openRaw(replica.port);
    const handshake = requestText('GET /graphql', {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    });
    const unfinished = requestText('POST /graphql', { 'Content-Type': 'application/json', 'Content-Length': '1' });
    late.send(`${requestText('GET /livez')}${handshake.slice(0, 30)}`);
    busy.send(`${requestText('GET /livez')}${unfinished}`);
    await Promise.all([late.saw('alive'), busy.saw('alive')]);

    const closing = replica.close();
    late.send(handshake.slice(30));
    const answer = await late.ended();
    expect(answer).toContain('HTTP/1.1 503 Service Unavailable');
    expect(answer).toContain(
      'This server is shutting down. Connect again: another server, or this one after its restart, will answer.',
    );
    busy.destroy();
    await closing;
  });

  it.each(['graphql-ws', 'graphql-sse'])('lets the client of %s go on at another replica', async (library) => {
    const databaseUrl = await postgres().createDatabase();
    const [leaving, staying] = await Promise.all([
      startReadOnlyReplica({ databaseUrl }),
      startReadOnlyReplica({ databaseUrl }),
    ]);
    const { id } = await waitingPayment(leaving);
    let current = leaving;
    const client =
      library === 'graphql-ws'
        ? createClient({
            url: () => current.webSocketUrl,
            webSocketImpl: WebSocket,
            retryWait: () => Promise.resolve(),
          })
        : createEventStreamClient({ url: () => `${current.url}/graphql`, retry: () => Promise.resolve() });
    const results = client.iterate<{ paymentUpdated: { status: string } }>({ query: WATCH, variables: { id } });

    const statusOfNext = async () =>
      ((await results.next()).value as { data?: { paymentUpdated: { status: string } } }).data?.paymentUpdated.status;
    expect(await statusOfNext()).toBe('PENDING');
    current = staying;
    await leaving.close();
    await record(staying, id, { state: 'SUCCEEDED' });
    const seen = [await statusOfNext()];
    if (seen[0] === 'PENDING') seen.push(await statusOfNext());
    expect(seen.at(-1)).toBe('SUCCEEDED');
    expect((await results.next()).done).toBe(true);
    await client.dispose();
    await staying.close();
  });
});

describe('a connection', () => {
  it('is closed when it does not answer a ping', async () => {
    const replica = await start({ pingIntervalMs: 30 });
    const silent = await openSocket(replica.webSocketUrl);
    // A client that answers no ping, as one whose network is gone.
    silent.socket.pong = () => undefined;
    expect((await silent.closed).code).toBe(1006);
    await replica.close();
  });

  it('stays open while it answers pings', async () => {
    // Long enough to answer in, on a busy machine too.
    const replica = await start({ pingIntervalMs: 1_000 });
    const { id } = await waitingPayment(replica);
    const client = await connect(replica.webSocketUrl);
    let pings = 0;
    const pinged = new Promise<void>((resolve) =>
      client.socket.on('ping', () => {
        pings += 1;
        if (pings === 3) resolve();
      }),
    );
    await pinged;
    client.send(subscribe('1', WATCH, { id }));
    expect(await client.next()).toMatchObject({ type: 'next' });
    client.socket.close();
    await replica.close();
  });

  it('has to be made anew when it is old', async () => {
    const replica = await start({ pingIntervalMs: 1_000, maxAgeMs: 2_500 });
    const { id } = await waitingPayment(replica);
    const client = await connect(replica.webSocketUrl);
    const stream = await openEventStream(`${replica.url}/graphql`, { query: WATCH, variables: { id } });
    expect(await stream.next()).toMatchObject({ event: 'next' });
    expect(await stream.next()).toBeNull();
    expect(await client.closed).toEqual({ code: 1001, reason: 'Connect again' });
    await replica.close();
  });

  it('is closed when its client asks and never reads', async () => {
    const replica = await start({ maxUnreadBytes: 4_000 });
    const client = await connect(replica.webSocketUrl);
    client.socket.pause();
    const padding = 'x'.repeat(50_000);
    const asking = setInterval(() => {
      for (let times = 0; times < 100; times++) client.send({ type: 'ping', payload: { padding } });
    }, 5);
    await untilLogged(replica, 'websocket.too-slow');
    clearInterval(asking);
    client.socket.terminate();
    await replica.close();
  });

  it('that is slow gets the newest state, not each one in between', async () => {
    const replica = await start();
    const id = await heavyPayment(replica, 20_000);
    const client = await connect(replica.webSocketUrl);
    client.send(subscribe('1', HEAVY_WATCH, { id }));
    await client.next();

    client.socket.pause();
    await changeOften(replica, id, 60);
    await record(replica, id, { state: 'SUCCEEDED' });
    client.socket.resume();
    const statuses: unknown[] = [];
    for (let message = await client.next(); message.type === 'next'; message = await client.next())
      statuses.push((message.payload as HeavyResult).data.paymentUpdated.status);
    expect(statuses.at(-1)).toBe('SUCCEEDED');
    expect(statuses.length).toBeLessThan(50);
    client.socket.close();
    await replica.close();
  });

  it('is cut when it takes nothing of its event stream for long', async () => {
    const replica = await start({ stalledAfterMs: 50 });
    const id = await heavyPayment(replica, 200_000);
    const raw = createConnection(replica.port, '127.0.0.1');
    const cut = new Promise((resolve) => raw.once('close', resolve));
    raw.on('error', () => undefined);
    const headers = { Accept: 'text/event-stream', 'Content-Type': 'application/json' };
    raw.write(requestText('POST /graphql', headers, JSON.stringify({ query: HEAVY_WATCH, variables: { id } })));
    await new Promise((resolve) => raw.once('data', resolve));
    raw.pause();

    await changeOften(replica, id, 6);
    await untilLogged(replica, 'request');
    expect(replica.logLines).toContainEqual(expect.objectContaining({ msg: 'request', aborted: true }));
    raw.resume();
    await cut;
    await replica.close();
  });
});

const HEAVY_WATCH = 'subscription ($id: ID!) { paymentUpdated(id: $id) { status metadata { value } } }';

interface HeavyResult {
  readonly data: { readonly paymentUpdated: { readonly status: string } };
}

/** A payment whose every update is so long that a few of them fill a connection. */
async function heavyPayment({ store }: ReadOnlyReplica, valueLength: number): Promise<string> {
  const metadata = Array.from({ length: 19 }, (_none, index) => ({ key: `k${index}`, value: 'v'.repeat(valueLength) }));
  return claimedPayment(store, { metadata });
}

async function changeOften(replica: ReadOnlyReplica, id: string, times: number): Promise<void> {
  for (let time = 1; time <= times; time++) await record(replica, id, { state: 'PENDING', providerTimeMs: time });
}

/** Waits until a line was logged; the test's own time limit ends a wait for nothing. */
async function untilLogged({ logLines }: ReadOnlyReplica, message: string): Promise<void> {
  while (!logLines.some(({ msg }) => msg === message)) await new Promise((resolve) => setTimeout(resolve, 10));
}
