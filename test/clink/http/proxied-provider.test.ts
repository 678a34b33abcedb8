import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { watchAttemptTimeouts } from '../../support/connect-attempts.js';
import { startConnectProxy, type ConnectProxy } from '../../support/connect-proxy.js';
import { outputSearch } from '../../support/output-search.js';
import { TEST_CERTIFICATE, trustTestCertificate } from '../../support/test-certificate.js';
import { answerJson, PAID, startFakeClink, type FakeClink } from '../support/fake-clink.js';
import { chargeRequest, createTestClient, OPEN_DEADLINE, type TestClient } from '../support/test-client.js';

const PASSWORD = 'p@ss:wörd/1';
const NEVER_SENT = { kind: 'neverSent', reason: 'connectFailed', retryAfterMs: null };
const PAID_CHARGE = { kind: 'answered', answer: { state: 'paid' } };
const TIMEOUT_MS = 1_000;

describe('a provider behind a proxy', () => {
  const opened: { close(): unknown }[] = [];
  let clink: FakeClink;
  beforeAll(async () => {
    clink = await startFakeClink((response) => answerJson(response, PAID));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    for (const resource of opened.splice(0)) await resource.close();
  });
  afterAll(() => clink.close());

  const keep = <T extends { close(): unknown }>(resource: T): T => {
    opened.unshift(resource);
    return resource;
  };
  const proxyOf = async (credentials?: string): Promise<ConnectProxy> => keep(await startConnectProxy(credentials));
  const clientOf = (options: Partial<Parameters<typeof createTestClient>[0]>): TestClient =>
    keep(createTestClient({ baseUrl: clink.baseUrl, ...options }));

  it('is reached in tunnels, without TLS too, and the proxy is shown nothing of the requests', async () => {
    const proxy = await proxyOf();
    const client = clientOf({ proxy: proxy.url, connections: 1 });

    expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toMatchObject(PAID_CHARGE);
    expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toMatchObject(PAID_CHARGE);

    const target = new URL(clink.baseUrl).host;
    expect(proxy.tunnels).toEqual([{ target, headers: { connection: 'close', host: target } }]);
    expect(proxy.forwardCount()).toBe(0);
    expect(clink.requests.at(-1)).toMatchObject({ url: '/api/payment', headers: { host: target } });
  });

  it('is reached at an address more than 250 ms away, where its host or that of the proxy has several', async () => {
    const attemptTimeoutsAt = watchAttemptTimeouts();
    const proxy = await proxyOf();
    await clientOf({ proxy: null }).charge(chargeRequest(), OPEN_DEADLINE);
    expect(attemptTimeoutsAt(new URL(clink.baseUrl).port)).toEqual([1_500]);

    await clientOf({ proxy: proxy.url }).charge(chargeRequest(), OPEN_DEADLINE);
    expect(attemptTimeoutsAt(proxy.url.port)).toEqual([1_500]);
  });

  it('is reached over TLS of its own', async () => {
    const provider = await startTlsClink();
    keep({ close: () => provider.close() });
    const proxy = await proxyOf();
    const { port } = provider.address() as AddressInfo;
    const client = clientOf({ proxy: proxy.url, baseUrl: `https://localhost:${port}/api/` });

    trustTestCertificate();

    expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toMatchObject(PAID_CHARGE);
    expect(proxy.tunnels.map(({ target }) => target)).toEqual([`localhost:${port}`]);
  });

  it('is not sent a charge over TLS to somebody else', async () => {
    const provider = await startTlsClink();
    keep({ close: () => provider.close() });
    const proxy = await proxyOf();
    const { port } = provider.address() as AddressInfo;
    const client = clientOf({ proxy: proxy.url, baseUrl: `https://localhost:${port}/api/` });

    expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toEqual(NEVER_SENT);
  });

  it('is reached with the credentials of the proxy, which are logged nowhere', async () => {
    outputSearch.searchFor('a password of a proxy', PASSWORD);
    const proxy = await proxyOf(`gateway:${PASSWORD}`);
    const client = clientOf({ proxy: proxy.url });

    expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toMatchObject(PAID_CHARGE);
  });

  it('is sent nothing where the proxy refuses, and the operator reads with which status', async () => {
    const proxy = await proxyOf(`gateway:${PASSWORD}`);
    const wrong = new URL(proxy.url);
    wrong.password = 'canary';
    const client = clientOf({ proxy: wrong });

    expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toEqual(NEVER_SENT);
    expect(client.logged).toMatchObject([{ event: 'clink.charge.neverSent', details: { errorCode: 'PROXY_407' } }]);
    expect(JSON.stringify(client.logged)).not.toContain('canary');
  });

  it.each<[string, (socket: Socket) => void]>([
    ['never answers', () => undefined],
    ['hangs up', (socket) => socket.end()],
    ['is reset', (socket) => socket.resetAndDestroy()],
    ['speaks no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.7\r\n\r\n')],
    ['hangs up once the tunnel is open', (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')],
  ])('is sent nothing where the proxy %s', async (_name, behave) => {
    const proxy = keep(await startOddProxy(behave));
    const { port } = proxy.address() as AddressInfo;
    const client = clientOf({
      proxy: new URL(`http://127.0.0.1:${port}`),
      timeoutMs: TIMEOUT_MS,
      baseUrl: 'https://clink.invalid/api/',
    });

    expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toEqual(NEVER_SENT);
  });

  it('is sent nothing where there is no proxy', async () => {
    const client = clientOf({ proxy: new URL('http://127.0.0.1:1') });

    expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toEqual(NEVER_SENT);
    expect(client.logged).toMatchObject([{ details: { errorCode: 'ECONNREFUSED' } }]);
  });
});

async function startTlsClink(): Promise<TlsServer> {
  const server = createTlsServer(TEST_CERTIFICATE, (_request, response) => answerJson(response, PAID));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function startOddProxy(behave: (socket: Socket) => void): Promise<Server> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      behave(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
