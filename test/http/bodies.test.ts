import { LOCAL_CALLER } from '../../src/payments/access/caller.js';
import { post, startHttpServer, type RunningServer } from './http-server.fixture.js';
import { openRaw, requestText } from './raw-connection.js';

const LIMITS = {
  maxBodyBytes: 1_000,
  maxHeaderBytes: 4_096,
};
/** For the tests of late bodies only: no other is to be late on a busy machine. */
const SHORT_TIMES = { requestTimeoutMs: 400, headersTimeoutMs: 300, timeoutCheckIntervalMs: 50 };
const TOO_LARGE = 'The body is larger than 1000 bytes, the most that is taken. Nothing was executed.';
const JSON_HEADERS = { 'Content-Type': 'application/json' };

let server: RunningServer;
beforeAll(async () => {
  server = await startHttpServer({ limits: LIMITS });
});
afterAll(() => server.close());

describe('a large body', () => {
  it('is refused by its announced length, before it is sent', async () => {
    const raw = await openRaw(server.port);
    raw.send(requestText('POST /graphql', { ...JSON_HEADERS, 'Content-Length': '1001', Expect: '100-continue' }));
    await raw.saw(TOO_LARGE);
    raw.destroy();
    expect(raw.received()).toMatch(/^HTTP\/1\.1 413 /);
    expect(raw.received()).toContain('"code":"BODY_TOO_LARGE"');
    expect(raw.received().toLowerCase()).toContain('connection: close');
  });

  it('is refused while it streams in, and the answer survives the rest of the body', async () => {
    const raw = await openRaw(server.port);
    raw.send(requestText('POST /graphql', { ...JSON_HEADERS, 'Transfer-Encoding': 'chunked' }));
    const chunk = `800\r\n${'x'.repeat(0x800)}\r\n`;
    for (let sent = 0; sent < 100; sent += 1) raw.send(chunk);
    raw.send('0\r\n\r\n');
    const answer = await raw.ended();
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain(TOO_LARGE);
  });

  it('is taken up to the limit', async () => {
    const filling = ' '.repeat(1_000 - JSON.stringify({ query: '{ hello }' }).length);
    const response = await post(server.url, { query: `{ hello }${filling}` });
    expect(response.status).toBe(200);
  });
});

describe('a client that asks before it sends', () => {
  it('is told to continue', async () => {
    const body = JSON.stringify({ query: '{ hello }' });
    const raw = await openRaw(server.port);
    raw.send(
      requestText('POST /graphql', { ...JSON_HEADERS, Expect: '100-continue', 'Content-Length': String(body.length) }),
    );
    await raw.saw('HTTP/1.1 100 Continue');
    raw.send(body);
    await raw.saw('{"data":{"hello":"world"}}');
    raw.destroy();
    expect(raw.received()).toContain('HTTP/1.1 200 OK');
  });
});

describe('a slow client', () => {
  let impatient: RunningServer;
  beforeAll(async () => {
    impatient = await startHttpServer({ limits: { ...LIMITS, ...SHORT_TIMES } });
  });
  afterAll(() => impatient.close());

  it('gets 408 when its body does not arrive', async () => {
    const raw = await openRaw(impatient.port);
    raw.send(requestText('POST /graphql', { ...JSON_HEADERS, 'Content-Length': '500' }));
    raw.send('{"query"');
    const answer = await raw.ended();
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('The request did not arrive in time. Nothing was executed.');
  });

  it('gets 408 when its headers do not arrive', async () => {
    const raw = await openRaw(impatient.port);
    raw.send('POST /graphql HTTP/1.1\r\nHost: ');
    expect(await raw.ended()).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe('broken HTTP', () => {
  it('is refused when its headers are too large', async () => {
    const raw = await openRaw(server.port);
    raw.send(requestText('GET /livez', { 'X-Filling': 'x'.repeat(5_000) }));
    const answer = await raw.ended();
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain('The request line and headers are larger than this server takes.');
  });

  it('is refused when its chunk extensions are too large', async () => {
    const raw = await openRaw(server.port);
    raw.send(requestText('POST /graphql', { ...JSON_HEADERS, 'Transfer-Encoding': 'chunked' }));
    raw.send(`2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`);
    const answer = await raw.ended();
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('The chunk extensions are larger than this server takes.');
  });

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['two lengths', 'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
    [
      'a length beside chunks',
      'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
  ])('is refused: %s', async (_what, text) => {
    const raw = await openRaw(server.port);
    raw.send(text);
    const answer = await raw.ended();
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('The request is not valid HTTP.');
  });

  it('behind a request in flight ends the connection without an answer that could be taken for the first', async () => {
    const own = await startHttpServer();
    const raw = await openRaw(own.port);
    raw.send(requestText('POST /graphql', JSON_HEADERS, JSON.stringify({ query: '{ slow }' })));
    await own.slowBegan;
    raw.send('this is no HTTP\r\n\r\n');
    expect(await raw.ended()).toBe('');
    own.finishSlow();
    await own.close();
  });
});

describe('a client that leaves', () => {
  it('before its request is complete causes nothing', async () => {
    const own = await startHttpServer();
    const raw = await openRaw(own.port);
    raw.send(requestText('POST /graphql', { ...JSON_HEADERS, 'Content-Length': '500', Expect: '100-continue' }));
    await raw.saw('100 Continue');
    raw.send('{"query":"mutation{charge}"');
    raw.destroy();
    await own.close();
    expect(own.charges()).toBe(0);
    expect(own.lines).toContainEqual(expect.objectContaining({ msg: 'request', status: null, aborted: true }));
  });

  it('while its token is checked is let go of: nothing is executed, and nobody waits for it', async () => {
    const [checks, checked] = [new AbortController(), new AbortController()];
    const own = await startHttpServer({
      authenticate: async () => {
        checks.abort();
        await aborted(checked.signal);
        return LOCAL_CALLER;
      },
    });
    const raw = await openRaw(own.port);
    raw.send(requestText('POST /graphql', JSON_HEADERS, JSON.stringify({ query: 'mutation { charge }' })));
    await aborted(checks.signal);
    raw.destroy();
    await raw.ended();
    await fetch(`${own.url}/livez`);
    checked.abort();
    await own.close();
    expect(own.charges()).toBe(0);
    expect(own.lines.map(({ msg }) => msg)).toEqual(['request', 'request']);
    expect(own.lines).toContainEqual(expect.objectContaining({ path: '/graphql', status: null, aborted: true }));
  });

  it('while its operation runs changes nothing: it is finished, a shutdown waits for it', async () => {
    const own = await startHttpServer();
    const raw = await openRaw(own.port);
    raw.send(requestText('POST /graphql', JSON_HEADERS, JSON.stringify({ query: '{ slow }' })));
    await own.slowBegan;
    raw.destroy();
    await raw.ended();
    // By the time a later connection is answered, the server has seen that the first is gone.
    await fetch(`${own.url}/livez`);
    const closing = own.close();
    expect(own.isStopped()).toBe(false);
    own.finishSlow();
    await closing;
    expect(own.isStopped()).toBe(true);
    expect(own.lines).toContainEqual(expect.objectContaining({ msg: 'request', path: '/graphql', aborted: true }));
  });
});

it('keeps a connection alive between requests', async () => {
  const raw = await openRaw(server.port);
  raw.send(requestText('GET /livez'));
  await raw.saw('{"status":"alive"}');
  raw.send(requestText('GET /nothing'));
  await raw.saw('NOT_FOUND');
  raw.destroy();
  expect(raw.received().toLowerCase()).not.toContain('connection: close');
});

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener('abort', () => {
        resolve();
      });
  });
}
