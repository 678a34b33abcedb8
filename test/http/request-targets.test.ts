import { post, startHttpServer, type RunningServer } from './http-server.fixture.js';
import { openRaw, requestText, WEBSOCKET_HANDSHAKE } from './raw-connection.js';

const JSON_HEADERS = { 'Content-Type': 'application/json', Connection: 'close' };
const HELLO = '{"query":"{ hello }"}';

let server: RunningServer;
beforeAll(async () => {
  server = await startHttpServer();
});
afterAll(() => server.close());

async function answerTo(line: string, headers: Record<string, string> = { Connection: 'close' }, body = '') {
  const raw = await openRaw(server.port);
  raw.send(requestText(line, headers, body));
  return raw.ended();
}

describe('the absolute form of a target (RFC 9112, section 3.2.2)', () => {
  it.each([
    'http://gateway/graphql',
    'HTTP://gateway:4000/graphql/',
    'https://gateway/graphql?any',
    'http://[::1]:4000/graphql',
  ])('is served as its path: POST %s', async (target) => {
    const answer = await answerTo(`POST ${target}`, JSON_HEADERS, HELLO);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain('{"data":{"hello":"world"}}');
  });

  it('brings its query string along', async () => {
    const headers = { Connection: 'close', 'Apollo-Require-Preflight': 'yes' };
    expect(await answerTo('GET http://gateway/graphql?query=%7Bhello%7D', headers)).toContain('{"hello":"world"}');
  });

  it('of a page that is not there, and of none, is answered as their paths are', async () => {
    expect(await answerTo('GET http://gateway/nothing')).toMatch(/^HTTP\/1\.1 404 /);
    expect(await answerTo('GET http://gateway')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await answerTo('GET http://gateway?any')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('is logged by its path alone', async () => {
    await answerTo('GET http://gateway/livez/?x=1');
    const probes = server.lines.filter(({ msg, path }) => msg === 'request' && path === '/livez');
    expect(probes).toMatchObject([{ level: 'debug', status: 200 }]);
  });

  it.each(['ftp://gateway/graphql', 'http://user@gateway/graphql', 'http:///graphql', 'graphql'])(
    'is not made out of what is no address of a server: %s',
    async (target) => {
      const before = server.charges();
      const answer = await answerTo(`POST ${target}`, JSON_HEADERS, '{"query":"mutation { charge }"}');
      expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
      expect(server.charges()).toBe(before);
    },
  );

  it('opens a WebSocket', async () => {
    const raw = await openRaw(server.port);
    raw.send(requestText('GET http://gateway/graphql', { ...WEBSOCKET_HANDSHAKE, Origin: 'http://gateway' }));
    await raw.saw('graphql-transport-ws');
    expect(raw.received()).toMatch(/^HTTP\/1\.1 101 /);
    raw.destroy();
  });
});

describe('OPTIONS *', () => {
  it('is told what the server can do (RFC 9110, section 9.3.7)', async () => {
    const answer = await answerTo('OPTIONS *');
    expect(answer).toMatch(/^HTTP\/1\.1 204 /);
    expect(answer).toContain('allow: GET, HEAD, POST, OPTIONS\r\n');
  });

  it('is the only question about the server as a whole', async () => {
    const answer = await answerTo('POST *', JSON_HEADERS, '{"query":"mutation { charge }"}');
    expect(answer).toMatch(/^HTTP\/1\.1 40[05] /);
    expect(server.charges()).toBe(0);
  });
});

describe('a byte-order mark before the body', () => {
  const MARK = '\ufeff';

  it('is passed over (RFC 8259, section 8.1)', async () => {
    expect(await (await post(server.url, `${MARK}${HELLO}`)).json()).toEqual({ data: { hello: 'world' } });
  });

  it('is no JSON a second time, or by itself', async () => {
    for (const body of [`${MARK}${MARK}${HELLO}`, MARK]) expect((await post(server.url, body)).status).toBe(400);
  });

  it('is passed over for an event stream as well', async () => {
    const response = await post(server.url, `${MARK}${HELLO}`, { accept: 'text/event-stream' });
    expect(await response.text()).toContain('{"data":{"hello":"world"}}');
  });
});
