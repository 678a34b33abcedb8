import { post, startHttpServer, type RunningServer } from './http-server.fixture.js';
import { openRaw, requestText, type RawConnection } from './raw-connection.js';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const ASKING = { ...JSON_TYPE, 'Content-Length': '500', Expect: '100-continue' };
const GAVE_WAY =
  'The rest of the request did not come while others waited. Nothing was executed; send it again in a moment.';

const webhooks = (body: Buffer) => Promise.resolve({ status: 200, body: `took ${body.toString()}` });
const charge = ({ url }: RunningServer) => post(url, { query: 'mutation { charge }' });

/** Clients whose bodies are awaited, one after the other. */
async function openSlow({ port }: RunningServer, path: string, count: number): Promise<RawConnection[]> {
  const connections: RawConnection[] = [];
  for (let opened = 0; opened < count; opened += 1) {
    const raw = await openRaw(port);
    raw.send(requestText(`POST ${path}`, ASKING));
    await raw.saw('100 Continue');
    raw.send('{"query":');
    connections.push(raw);
  }
  return connections;
}

describe.each(['/webhooks/clink', '/graphql'])('slow bodies at %s', (path) => {
  let server: RunningServer;
  let slow: RawConnection[];
  beforeAll(async () => {
    const limits = { maxBodiesAwaited: 3, maxWebhookBodiesAwaited: 3 };
    server = await startHttpServer({ load: { maxInFlight: 1 }, limits, webhooks });
    slow = await openSlow(server, path, 5);
  });
  afterAll(async () => {
    for (const raw of slow) raw.destroy();
    await server.close();
  });

  it('are no work: payments and webhooks are taken beside them', async () => {
    const webhook = await fetch(`${server.url}/webhooks/clink`, { method: 'POST', body: 'update' });
    const paid = await charge(server);
    expect([await webhook.text(), paid.status, server.charges()]).toEqual(['took update', 200, 1]);
  });

  it('give way to newer ones, the oldest first, and are told so', async () => {
    const [oldest, second] = slow;
    await Promise.all([oldest?.saw(GAVE_WAY), second?.saw(GAVE_WAY)]);
    expect(oldest?.received()).toContain('HTTP/1.1 503 Service Unavailable');
    expect(oldest?.received()).toContain('"code":"OVERLOADED"');
    expect(slow.at(-1)?.received()).not.toContain('503');
  });
});

describe('requests that come together', () => {
  let server: RunningServer;
  beforeEach(async () => {
    server = await startHttpServer({ load: { maxInFlight: 1 }, limits: { maxWebhookBodiesAwaited: 3 }, webhooks });
  });
  afterEach(() => server.close());

  it.each(['/webhooks/clink', '/graphql'])(
    'without their bodies are no work from the first moment: %s',
    async (path) => {
      const [payer, ...slow] = await openMany(server, 21);
      const payment = JSON.stringify({ query: 'mutation { charge }' });
      for (const raw of slow) raw.send(requestText(`POST ${path}`, { ...JSON_TYPE, 'Content-Length': '50' }));
      payer?.send(requestText('POST /graphql', { ...JSON_TYPE, 'X-Request-Id': 'payer' }, payment));
      await payer?.saw('/1.1 200 OK\r\nx-request-id: payer');
      expect(server.charges()).toBe(1);
      for (const raw of [...slow, payer]) raw?.destroy();
    },
  );

  it('with their bodies give way to nobody', async () => {
    const senders = await openMany(server, 20);
    for (const raw of senders) raw.send(requestText('POST /webhooks/clink', {}, 'update'));
    await Promise.all(senders.map((raw) => raw.saw('took update')));
    for (const raw of senders) raw.destroy();
  });
});

/** Connections that the server has answered on already: what is sent on all of them now, it reads in one turn. */
function openMany({ port }: RunningServer, count: number): Promise<RawConnection[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const raw = await openRaw(port);
      raw.send(requestText('GET /livez'));
      await raw.saw('alive');
      return raw;
    }),
  );
}

describe('a body that does not come', () => {
  it.each([
    ['/webhooks/clink', { webhookBodyTimeoutMs: 30 }],
    ['/graphql', { bodyTimeoutMs: 30 }],
  ])('is waited for a short time at %s', async (path, limits) => {
    const server = await startHttpServer({ limits, webhooks });
    const [raw] = await openSlow(server, path, 1);
    const answer = await raw?.ended();
    expect(answer).toContain('HTTP/1.1 408 Request Timeout');
    expect(answer).toContain('"code":"REQUEST_TIMEOUT"');
    expect(answer).toContain('The body did not arrive in time. Nothing was executed.');
    await server.close();
  });
});

describe('more connections than there may be', () => {
  it('are not taken, and that is logged once', async () => {
    const server = await startHttpServer({ limits: { maxConnections: 2 } });
    const held = [await openRaw(server.port), await openRaw(server.port)];
    const turnedAway = [await openRaw(server.port), await openRaw(server.port)];
    expect(await Promise.all(turnedAway.map((raw) => raw.ended()))).toEqual(['', '']);
    held[0]?.send(requestText('GET /livez'));
    await held[0]?.saw('alive');
    for (const raw of held) raw.destroy();
    await server.close();
    expect(server.lines.filter(({ msg }) => msg === 'connections.turned-away')).toHaveLength(1);
  });
});
