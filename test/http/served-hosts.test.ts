import { servesThisMachine } from '../../src/http/edge/served-hosts.js';
import { startHttpServer, type RunningServer } from './http-server.fixture.js';
import { openRaw, requestText, WEBSOCKET_HANDSHAKE } from './raw-connection.js';
import { startGateway } from '../support/gateway/gateway.js';
import { CREATE_PAYMENT, paymentInput } from '../support/graphql-client.js';
import { addedToLedger, expectLedgerUnchanged, ordersAt } from '../security/support/ledger.js';

const SENTENCE =
  'Without authentication this server answers to names of this machine only: call it as localhost or 127.0.0.1. ' +
  'Nothing was executed.';
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
    server = await startHttpServer({ servesHost: servesThisMachine });
  });
  afterAll(() => server.close());
  expectLedgerUnchanged(() => [server.charges()]);

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
    'l\u043Ecalhost:4000',
  ])('does not answer to %s, whose pages would be of its own origin', async (host) => {
    const headers = { ...JSON_HEADERS, Host: host, Origin: `http://${host}` };
    const answer = await answerTo(server.port, requestText('POST /graphql', headers, CHARGE));
    expect(answer).toContain('HTTP/1.1 421 Misdirected Request');
    expect(answer).toContain('"code":"HOST_NOT_SERVED"');
    expect(answer).toContain(SENTENCE);
  });

  it.each(['/demo', '/livez', '/webhooks/clink', '/nothing'])('does not answer to them at %s either', async (path) => {
    const text = requestText(`GET ${path}`, { ...JSON_HEADERS, Host: 'evil.example' });
    const answer = await answerTo(server.port, text);
    expect(answer).toContain('HTTP/1.1 421 Misdirected Request');
    expect(answer).toContain(SENTENCE);
  });

  it.each([
    ['evil.example', '127.0.0.1'],
    ['127.0.0.1', 'evil.example'],
    ['127.0.0.1:4000', 'evil.example:4000'],
    ['localhost', '127.0.0.1.evil.example'],
    ['localhost', 'l%6Fcalhost'],
    ['localhost', 'localhost:4000:evil.example'],
  ])('answers neither where the Host is %s and the absolute target names %s', async (host, named) => {
    for (const line of [`POST http://${named}/graphql`, `POST HTTPS://${named}/graphql`]) {
      const answer = await answerTo(server.port, requestText(line, { ...JSON_HEADERS, Host: host }, CHARGE));
      expect(answer).toContain('HTTP/1.1 421 Misdirected Request');
      expect(answer).toContain(SENTENCE);
    }
  });

  it('answers an absolute target that names this machine', async () => {
    const text = requestText(
      'POST http://localhost:4000/graphql',
      { ...JSON_HEADERS, Host: 'localhost:4000' },
      '{"query":"{ hello }"}',
    );
    expect(await answerTo(server.port, text)).toContain('{"data":{"hello":"world"}}');
  });

  it.each(['OPTIONS *', 'GET http://evil.example/livez'])('has no answer to other names for %s', async (line) => {
    const headers = { ...JSON_HEADERS, Host: 'evil.example' };
    expect(await answerTo(server.port, requestText(line, headers))).toContain('HTTP/1.1 421 Misdirected Request');
  });

  it.each([
    ['127.0.0.1', 'evil.example', 'http://evil.example', '421 Misdirected Request'],
    ['evil.example', '127.0.0.1', 'http://evil.example', '421 Misdirected Request'],
    ['127.0.0.1', '127.0.0.1', 'http://evil.example', '403 Forbidden'],
  ])('opens no WebSocket to %s by a target at %s from %s', async (host, named, origin, status) => {
    const headers = { ...WEBSOCKET_HANDSHAKE, Host: host, Origin: origin };
    const answer = await answerTo(server.port, requestText(`GET http://${named}/graphql`, headers));
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status}\r\n`));
  });

  it.each([
    ['evil.example', 'http://evil.example', '421 Misdirected Request', '"code":"HOST_NOT_SERVED"'],
    ['127.0.0.1', 'http://evil.example', '403 Forbidden', '"code":"ORIGIN_NOT_ALLOWED"'],
    ['127.0.0.1', 'http://127.0.0.1', '101 Switching Protocols', 'graphql-transport-ws'],
  ])('answers a WebSocket to %s from a page of %s with %s', async (host, origin, status, code) => {
    const raw = await openRaw(server.port);
    raw.send(requestText('GET /graphql', { ...WEBSOCKET_HANDSHAKE, Host: host, Origin: origin }));
    await raw.saw(code);
    expect(raw.received()).toMatch(new RegExp(`^HTTP/1\\.1 ${status}\r\n`));
    raw.destroy();
  });
});

describe('a payment to a name of elsewhere', () => {
  const paying = (host: string): string => {
    const body = JSON.stringify({ query: CREATE_PAYMENT, variables: { input: paymentInput() } });
    return requestText('POST /graphql', { ...JSON_HEADERS, Host: host }, body);
  };

  it('is not charged by a gateway without tokens, as one to this machine is', async () => {
    const { url, sandboxUrl, close } = await startGateway();
    const port = Number(new URL(url).port);
    const orders = () => ordersAt(sandboxUrl);
    const elsewhere = await addedToLedger(orders, () => answerTo(port, paying('pay.example')));
    const here = await addedToLedger(orders, () => answerTo(port, paying('localhost')));
    expect(elsewhere.answer).toContain(SENTENCE);
    expect(here.answer).toContain('"__typename":"CreatePaymentSuccess"');
    expect([elsewhere.added, here.added]).toEqual([[], [expect.objectContaining({ status: 'success' })]]);
    await close();
  });

  it('is a question of the token where tokens are wanted', async () => {
    const { url, sandboxUrl, close } = await startGateway({ with: ['tokens'] });
    const { answer, added } = await addedToLedger(
      () => ordersAt(sandboxUrl),
      () => answerTo(Number(new URL(url).port), paying('pay.example')),
    );
    expect(answer).toContain('HTTP/1.1 401 Unauthorized');
    expect(answer).toContain('"code":"UNAUTHENTICATED"');
    expect(added).toEqual([]);
    await close();
  });
});
