import { servesThisMachine } from '../../src/http/served-hosts.js';
import { startServer, type RunningServer } from '../http/http-server.fixture.js';
import { openRaw, requestText, WEBSOCKET_HANDSHAKE } from '../http/raw-connection.js';
import { startGateway } from '../support/gateway.js';
import { startSecuredGateway } from './support/secured-gateway.js';

const SENTENCE =
  'Without authentication this server answers to names of this machine only: call it as localhost or 127.0.0.1. Nothing was executed.';
const JSON_HEADERS = { 'Content-Type': 'application/json', Connection: 'close' };
const CHARGE = JSON.stringify({ query: 'mutation { charge }' });

async function answerTo(port: number, text: string): Promise<string> {
  const raw = await openRaw(port);
  raw.send(text);
  return raw.ended();
}

describe('a server without authentication', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ servesHost: servesThisMachine });
  });
  afterAll(() => server.close());

  it.each(['127.0.0.1', 'localhost', 'LocalHost:4000', '127.0.0.1:4000', '[::1]:4000', '127.8.9.10'])(
    'answers to %s',
    async (host) => {
      const text = requestText('POST /graphql', { ...JSON_HEADERS, Host: host }, '{"query":"{ hello }"}');
      expect(await answerTo(server.port, text)).toContain('{"data":{"hello":"world"}}');
    },
  );

  it.each([
    'evil.example',
    'evil.example:4000',
    'localhost.evil.example',
    '127.0.0.1.evil.example:4000',
    'localhost@evil.example',
    '192.168.1.7',
    '0.0.0.0:4000',
    '[::2]',
    'localhost:4000:evil.example',
  ])('does not answer to %s, whose pages would be of its own origin', async (host) => {
    const headers = { ...JSON_HEADERS, Host: host, Origin: `http://${host}` };
    const answer = await answerTo(server.port, requestText('POST /graphql', headers, CHARGE));
    expect(answer).toContain('HTTP/1.1 421 Misdirected Request');
    expect(answer).toContain('"code":"HOST_NOT_SERVED"');
    expect(answer).toContain(SENTENCE);
    expect(server.charges()).toBe(0);
  });

  it.each(['/demo', '/livez', '/webhooks/clink', '/nothing'])('does not answer to them at %s either', async (path) => {
    const text = requestText(`GET ${path}`, { ...JSON_HEADERS, Host: 'evil.example' });
    expect(await answerTo(server.port, text)).toContain(SENTENCE);
  });

  it.each([
    ['evil.example', 'http://evil.example', '421 Misdirected Request'],
    ['127.0.0.1', 'http://evil.example', '403 Forbidden'],
    ['127.0.0.1', 'http://127.0.0.1', '101 Switching Protocols'],
  ])('answers a WebSocket to %s from a page of %s with %s', async (host, origin, status) => {
    const raw = await openRaw(server.port);
    raw.send(requestText('GET /graphql', { ...WEBSOCKET_HANDSHAKE, Host: host, Origin: origin }));
    await raw.saw('\r\n\r\n');
    expect(raw.received()).toContain(`HTTP/1.1 ${status}`);
    raw.destroy();
  });
});

it('is what a gateway without tokens is, and one that wants tokens is not', async () => {
  const [open, secured] = [await startGateway(), await startSecuredGateway()];
  const text = requestText('POST /graphql', { ...JSON_HEADERS, Host: 'pay.example' }, '{"query":"{ __typename }"}');
  const answers = await Promise.all([open, secured].map(({ url }) => answerTo(Number(new URL(url).port), text)));
  expect(answers.map((answer) => answer.slice(0, 12))).toEqual(['HTTP/1.1 421', 'HTTP/1.1 401']);
  await Promise.all([open.close(), secured.close()]);
});
