import { startPostgresProxy } from '../../support/postgres-proxy.js';
import { usePostgres } from '../../store/support/test-stores.js';
import { openEventStream, type EventStream } from './event-stream-client.js';
import {
  record,
  startReadOnlyReplica,
  waitingPayment,
  WATCH,
  type ReadOnlyReplica,
} from './read-only-replica.fixture.js';
import { connect, subscribe } from './websocket-client.js';

const postgres = usePostgres();

async function watchAt(replica: ReadOnlyReplica, id: string): Promise<EventStream> {
  const stream = await openEventStream(`${replica.url}/graphql`, { query: WATCH, variables: { id } });
  expect(await stream.next()).toMatchObject({ data: { data: { paymentUpdated: { status: 'PENDING' } } } });
  return stream;
}

const succeeded = { event: 'next', data: { data: { paymentUpdated: { status: 'SUCCEEDED', terminal: true } } } };

describe('replicas on one database', () => {
  it('tell what another one has learned', async () => {
    const databaseUrl = await postgres().createDatabase();
    const [here, there] = await Promise.all([
      startReadOnlyReplica({ databaseUrl }),
      startReadOnlyReplica({ databaseUrl }),
    ]);
    const { id } = await waitingPayment(there);
    const stream = await watchAt(here, id);
    const client = await connect(here.webSocketUrl);
    client.send(subscribe('1', WATCH, { id }));
    await client.next();

    await record(there, id, { state: 'SUCCEEDED' });
    expect(await stream.next()).toMatchObject(succeeded);
    expect(await client.next()).toMatchObject({ payload: succeeded.data });
    client.socket.close();
    await Promise.all([here.close(), there.close()]);
  });

  it('miss nothing that happens while they can not listen', async () => {
    const databaseUrl = await postgres().createDatabase();
    const proxy = await startPostgresProxy(databaseUrl);
    const [here, there] = await Promise.all([
      startReadOnlyReplica({ databaseUrl: proxy.url }),
      startReadOnlyReplica({ databaseUrl }),
    ]);
    const { id } = await waitingPayment(there);
    const stream = await watchAt(here, id);

    proxy.setOpen(false);
    await record(there, id, { state: 'SUCCEEDED' });
    proxy.setOpen(true);
    expect(await stream.next()).toMatchObject(succeeded);
    expect(await stream.next()).toEqual({ event: 'complete', data: null });
    await Promise.all([here.close(), there.close()]);
    await proxy.close();
  });

  it('let a client wait while the store is gone, and go on when it is back', async () => {
    const databaseUrl = await postgres().createDatabase();
    const proxy = await startPostgresProxy(databaseUrl);
    const [here, there] = await Promise.all([
      startReadOnlyReplica({ databaseUrl: proxy.url }),
      startReadOnlyReplica({ databaseUrl }),
    ]);
    const { id } = await waitingPayment(there);

    proxy.setOpen(false);
    const stream = await openEventStream(`${here.url}/graphql`, { query: WATCH, variables: { id } });
    await record(there, id, { state: 'SUCCEEDED' });
    proxy.setOpen(true);
    expect(await stream.next()).toMatchObject(succeeded);
    await Promise.all([here.close(), there.close()]);
    await proxy.close();
  });
});

describe('many event streams', () => {
  it('do not count as load', async () => {
    const databaseUrl = await postgres().createDatabase();
    const replica = await startReadOnlyReplica({ databaseUrl, http: { load: { maxInFlight: 2 } } });
    const { id } = await waitingPayment(replica);
    const streams = [];
    for (let count = 0; count < 5; count++) streams.push(await watchAt(replica, id));

    const answer = await fetch(`${replica.url}/graphql?query=%7B__typename%7D`, {
      headers: { 'apollo-require-preflight': 'yes' },
    });
    expect(answer.status).toBe(200);
    for (const stream of streams) stream.abort();
    await replica.close();
  });
});
