import { createServer } from 'node:net';
import { startHttpServer } from './http-server.fixture.js';
import { openRaw, requestText } from './raw-connection.js';

const SLOW = requestText(
  'POST /graphql',
  { 'Content-Type': 'application/json' },
  JSON.stringify({ query: '{ slow }' }),
);

const SHUTTING_DOWN =
  '{"errors":[{"message":"This server is shutting down and did not look at the request. Send it again: another ' +
  'server, or this one after its restart, will answer.","extensions":{"code":"SHUTTING_DOWN","requestId":"';

describe('close()', () => {
  it('finishes what is in flight, tells the client to close, then stops Apollo', async () => {
    const server = await startHttpServer();
    const raw = await openRaw(server.port);
    raw.send(SLOW);
    await server.slowBegan;
    const closing = server.close();
    expect(server.isStopped()).toBe(false);
    server.finishSlow();
    await closing;
    const answer = await raw.ended();
    expect(answer).toContain('{"data":{"slow":"done"}}');
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(server.isStopped()).toBe(true);
  });

  it('takes no new connections and closes idle ones at once', async () => {
    const server = await startHttpServer();
    const busy = await openRaw(server.port);
    const idle = await openRaw(server.port);
    busy.send(SLOW);
    idle.send(requestText('GET /livez'));
    await Promise.all([server.slowBegan, idle.saw('alive')]);
    const closing = server.close();
    await idle.ended();
    await expect(openRaw(server.port)).rejects.toThrow('ECONNREFUSED');
    server.finishSlow();
    await closing;
  });

  it.each([
    ['a new operation', 'POST /graphql', 'HTTP/1.1 503', SHUTTING_DOWN],
    ['/readyz', 'GET /readyz', 'HTTP/1.1 503', '{"status":"unavailable","reason":"shutting down"}'],
    ['/livez', 'GET /livez', 'HTTP/1.1 200', '{"status":"alive"}'],
  ])('answers %s that comes in by an open connection', async (_what, line, status, body) => {
    const server = await startHttpServer();
    const busy = await openRaw(server.port);
    const late = await openRaw(server.port);
    const text = requestText(line, { 'Content-Type': 'application/json', 'Content-Length': '0' });
    busy.send(SLOW);
    late.send(requestText('GET /livez'));
    late.send(text.slice(0, 12));
    await Promise.all([server.slowBegan, late.saw('alive')]);
    const closing = server.close();
    late.send(text.slice(12));
    const answer = await late.ended();
    server.finishSlow();
    await closing;
    expect(answer).toContain(status);
    expect(answer).toContain(body);
    expect(answer.toLowerCase()).toContain('connection: close');
  });

  it('cuts off what outlasts the grace period, and says how much', async () => {
    const server = await startHttpServer({ shutdownGraceMs: 50 });
    const raw = await openRaw(server.port);
    raw.send(SLOW);
    await server.slowBegan;
    await server.close();
    expect(await raw.ended()).toBe('');
    expect(server.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', unfinished: 1, msg: 'requests cut off by the end of the grace period' }),
    );
    server.finishSlow();
  });

  it('may be called twice', async () => {
    const server = await startHttpServer();
    await Promise.all([server.close(), server.close()]);
    expect(server.isStopped()).toBe(true);
  });
});

describe('listen()', () => {
  it('rejects when the port is taken', async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => {
        resolve((taken.address() as { port: number }).port);
      });
    });
    await expect(startHttpServer({ port })).rejects.toThrow('EADDRINUSE');
    taken.close();
  });
});
