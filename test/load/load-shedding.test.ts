import { createLoadShedder } from '../../src/http/edge/load-shedder.js';
import { post, startHttpServer } from '../http/http-server.fixture.js';
import { openRaw, requestText, WEBSOCKET_HANDSHAKE } from '../http/raw-connection.js';
import { connect, subscribe } from '../http/subscriptions/websocket-client.js';
import { startGateway } from '../support/gateway/gateway.js';

describe('an overloaded server', () => {
  it('turns new requests away before it looks at them, and finishes what it has begun', async () => {
    const server = await startHttpServer({ load: { maxInFlight: 1 } });
    const begun = post(server.url, { query: '{ slow }' });
    await server.slowBegan;
    const shed = await post(server.url, { query: 'mutation { charge }' });
    const requestId = shed.headers.get('x-request-id');
    expect([shed.status, shed.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await shed.json()).toEqual({
      errors: [
        {
          message: 'This server has more to do than it can and did not look at the request. Send it again in a moment.',
          extensions: { code: 'OVERLOADED', requestId },
        },
      ],
    });
    expect(server.charges()).toBe(0);
    server.finishSlow();
    expect((await begun).status).toBe(200);
    await server.close();
  });

  it.each(['', '/'])('answers health checks and takes webhooks all the same, with "%s" at the end', async (end) => {
    const received: string[] = [];
    const webhooks = (body: Buffer) => Promise.resolve({ status: 200, body: String(received.push(body.toString())) });
    const server = await startHttpServer({ load: { maxInFlight: 0 }, webhooks });
    const paths = ['/livez', '/readyz'];
    const statuses = await Promise.all(paths.map(async (path) => (await fetch(`${server.url}${path}${end}`)).status));
    const webhook = await fetch(`${server.url}/webhooks/clink${end}`, { method: 'POST', body: 'recorded' });
    expect(statuses).toEqual([200, 200]);
    expect([webhook.status, received]).toEqual([200, ['recorded']]);
    await server.close();
  });

  it('refuses WebSockets as well', async () => {
    const server = await startHttpServer({ load: { maxInFlight: 1 } });
    const begun = post(server.url, { query: '{ slow }' });
    await server.slowBegan;
    const raw = await openRaw(server.port);
    raw.send(requestText('GET /graphql', WEBSOCKET_HANDSHAKE));
    const answer = await raw.ended();
    expect(server.charges()).toBe(0);
    expect(answer).toContain('HTTP/1.1 503 Service Unavailable');
    expect(answer).toContain('retry-after: 1');
    expect(answer).toContain('"code":"OVERLOADED"');
    server.finishSlow();
    await begun;
    await server.close();
  });

  it('refuses the operations of WebSockets that are open, which stay so', async () => {
    const server = await startHttpServer({ load: { maxInFlight: 1 } });
    const client = await connect(`${server.url.replace('http', 'ws')}/graphql`);
    const begun = post(server.url, { query: '{ slow }' });
    await server.slowBegan;
    client.send(subscribe('1', 'mutation { charge }'));
    expect(await client.next()).toEqual({
      ...{ id: '1', type: 'error' },
      payload: [
        {
          message: 'This server has more to do than it can and did not look at the request. Send it again in a moment.',
          extensions: { code: 'OVERLOADED', requestId: expect.stringMatching(/^req_/) as string },
        },
      ],
    });
    expect(server.charges()).toBe(0);
    server.finishSlow();
    await begun;
    client.send(subscribe('2', '{ hello }'));
    expect(await client.next()).toEqual({ id: '2', type: 'next', payload: { data: { hello: 'world' } } });
    client.socket.close();
    await server.close();
  });

  it('counts operations of WebSockets as work until they are answered', async () => {
    const server = await startHttpServer({ load: { maxInFlight: 1 } });
    const client = await connect(`${server.url.replace('http', 'ws')}/graphql`);
    client.send(subscribe('1', '{ slow }'));
    await server.slowBegan;
    const shed = await post(server.url, { query: '{ hello }' });
    server.finishSlow();
    await client.next();
    const taken = await post(server.url, { query: '{ hello }' });
    expect([shed.status, taken.status]).toEqual([503, 200]);
    client.socket.close();
    await server.close();
  });

  it('takes the payment of a caller while strangers hold every place for slow webhooks', async () => {
    const gateway = await startGateway({ with: ['tokens'], env: { MAX_IN_FLIGHT: '1' } });
    const slow = requestText('POST /webhooks/clink', { 'Content-Length': '500', Expect: '100-continue' });
    const strangers = await Promise.all(Array.from({ length: 100 }, () => openRaw(Number(new URL(gateway.url).port))));
    for (const stranger of strangers) stranger.send(slow);
    await Promise.all(strangers.map((stranger) => stranger.saw('100 Continue')));
    const { payment } = await gateway.pay(gateway.issuer.token());
    expect([payment.status, await gateway.charges()]).toEqual(['SUCCEEDED', 1]);
    const told = strangers.map((stranger) => stranger.received());
    expect(told.filter((text) => !/^HTTP\/1\.1 100 Continue\r\n\r\n(?:HTTP\/1\.1 503 [^]*)?$/.test(text))).toEqual([]);
    for (const stranger of strangers) stranger.destroy();
    await gateway.close();
  });

  it('is one that does everything late, too', async () => {
    const shedder = createLoadShedder({ maxInFlight: 10, maxEventLoopDelayMs: 50, isCongested: () => false });
    const untilMs = performance.now() + 3_500;
    while (!shedder.isOverloaded(0) && performance.now() < untilMs) await keepBusy(200);
    expect(shedder.isOverloaded(0)).toBe(true);
    shedder.close();
  });

  it('is not one that was late once: it was suspended, and has woken up', async () => {
    const shedder = createLoadShedder({ maxInFlight: 10, maxEventLoopDelayMs: 500, isCongested: () => false });
    const verdicts: boolean[] = [];
    await keepBusy(3_000);
    const untilMs = performance.now() + 2_500;
    while (performance.now() < untilMs) {
      verdicts.push(shedder.isOverloaded(0));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(verdicts).not.toContain(true);
    shedder.close();
  });
});

/** Lets nothing else run for a while, then everything that waits. */
async function keepBusy(durationMs: number): Promise<void> {
  const untilMs = performance.now() + durationMs;
  while (performance.now() < untilMs);
  await new Promise((resolve) => setImmediate(resolve));
}
