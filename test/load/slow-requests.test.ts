import { openRaw, requestText, type RawConnection } from '../http/raw-connection.js';
import { CREATE_PAYMENT, ownInput } from '../support/graphql-client.js';
import { addedToLedger, expectLedgerUnchanged, ordersAt } from '../security/support/ledger.js';
import { startGateway, type Gateway } from '../support/gateway/gateway.js';

let gateway: Gateway<'tokens'>;
let token: string;
beforeAll(async () => {
  gateway = await startGateway({ with: ['tokens'] });
  token = gateway.issuer.token();
});
afterAll(() => gateway.close());

const orders = () => ordersAt(gateway.sandboxUrl);
const connect = (): Promise<RawConnection> => openRaw(Number(new URL(gateway.url).port));
const TEN_MEGABYTES = 10_000_000;
const TOO_LARGE = 'The body is larger than 262144 bytes, the most that is taken. Nothing was executed.';
const HEADERS_TOO_LARGE = 'The request line and headers are larger than this server takes.';
const NO_HTTP = 'The request is not valid HTTP.';

/** A payment that is charged wherever it gets through, with a good token. */
const payment = (): string => JSON.stringify({ query: CREATE_PAYMENT, variables: { input: ownInput() } });
const headersOf = (body: string): Record<string, string> => ({
  ...{ 'Content-Type': 'application/json', Authorization: `Bearer ${token}`, Connection: 'close' },
  'Content-Length': String(Buffer.byteLength(body)),
});
const request = (line: string, headers: Record<string, string> = {}): string => {
  const body = payment();
  return requestText(line, { ...headersOf(body), ...headers }, body);
};
/** A body in chunks of a kilobyte. */
const chunked = (body: string, extension = ''): string => {
  const head = requestText('POST /graphql', { ...headersOf(''), 'Transfer-Encoding': 'chunked' });
  const chunks = body.match(/[^]{1,1024}/g) ?? [];
  const sent = chunks.map((chunk) => `${chunk.length.toString(16)}${extension}\r\n${chunk}\r\n`).join('');
  return `${head.replace('Content-Length: 0\r\n', '')}${sent}0\r\n\r\n`;
};

interface Bomb {
  readonly title: string;
  readonly text: () => string;
  readonly status: string;
  readonly told: string;
}

const BOMBS: readonly Bomb[] = [
  {
    title: 'ten megabytes without a length',
    text: () => chunked(payment().padEnd(TEN_MEGABYTES)),
    status: '413 Payload Too Large',
    told: TOO_LARGE,
  },
  {
    title: 'chunks with a novel beside each',
    text: () => chunked(payment(), `;${'x'.repeat(20_000)}`),
    status: '413 Payload Too Large',
    told: 'The chunk extensions are larger than this server takes.',
  },
  {
    title: 'three thousand headers',
    text: () =>
      request('POST /graphql', Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`X-${index}`, 'bomb']))),
    status: '431 Request Header Fields Too Large',
    told: HEADERS_TOO_LARGE,
  },
  {
    title: 'a header’s name of twenty kilobytes',
    text: () => request('POST /graphql', { ['X'.repeat(20_000)]: 'bomb' }),
    status: '431 Request Header Fields Too Large',
    told: HEADERS_TOO_LARGE,
  },
  {
    title: 'a path of twenty kilobytes',
    text: () => request(`POST /graphql?${'x'.repeat(20_000)}`),
    status: '431 Request Header Fields Too Large',
    told: HEADERS_TOO_LARGE,
  },
  {
    title: 'two lengths',
    text: () => request('POST /graphql', { 'content-length': '2' }),
    status: '400 Bad Request',
    told: NO_HTTP,
  },
  {
    title: 'a length beside chunks, for a second request behind the first',
    text: () => request('POST /graphql', { 'Transfer-Encoding': 'chunked' }),
    status: '400 Bad Request',
    told: NO_HTTP,
  },
];

describe('a request that bursts', () => {
  expectLedgerUnchanged(orders);

  it.each(BOMBS)('with $title: $status, and nothing is charged', async ({ text, status, told }) => {
    const raw = await connect();
    raw.send(text());
    await raw.saw(told);
    raw.destroy();
    expect(raw.received()).toMatch(new RegExp(`^HTTP/1\\.1 ${status}\r\n`));
    expect(raw.received().match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });
});

describe('a request that takes its time', () => {
  const SLOW = 'The body did not arrive in time. Nothing was executed.';
  const LATE = 'The request did not arrive in time. Nothing was executed.';
  /** All but the end of a request, by what is slow about it; they are waited for side by side. */
  const slow: Record<string, RawConnection> = {};
  beforeAll(async () => {
    const texts = {
      body: request('POST /graphql').slice(0, -1),
      webhook: request('POST /webhooks/clink').slice(0, -1),
      headers: request('POST /graphql').split('\r\n\r\n')[0] ?? '',
    };
    for (const [name, text] of Object.entries(texts)) {
      const raw = await connect();
      raw.send(text);
      slow[name] = raw;
    }
  });
  expectLedgerUnchanged(orders);

  it.each([
    ['headers', LATE],
    ['webhook', SLOW],
    ['body', SLOW],
  ])('with its %s is told so and cut off, and nothing is charged', async (name, told) => {
    const answer = await slow[name]?.ended();
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(answer).toContain(told);
  });

  it('and leaves before its last byte is not begun', async () => {
    const raw = await connect();
    const [head = '', body = ''] = request('POST /graphql', { Expect: '100-continue' }).split('\r\n\r\n');
    raw.send(`${head}\r\n\r\n`);
    await raw.saw('100 Continue');
    raw.send(body.slice(0, -1));
    raw.destroy();
    // A later connection is answered once the server has seen what came before it.
    while (!/"path":"\/graphql"[^\n]*"aborted":true/.test(gateway.logLines.join('')))
      await fetch(`${gateway.url}/livez`);
    expect(raw.received()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  });
});

it.each([
  ['at once', () => [request('POST /graphql')]],
  ['in two parts', () => [request('POST /graphql').slice(0, -1), '}']],
  ['in chunks', () => [chunked(payment())]],
])('the same payment is charged, once, when all of it comes %s', async (_title, partsOf) => {
  const raw = await connect();
  const { answer, added } = await addedToLedger(orders, () => {
    for (const part of partsOf()) raw.send(part);
    return raw.ended();
  });
  expect(answer).toContain('"__typename":"CreatePaymentSuccess"');
  expect(added).toMatchObject([{ status: 'success' }]);
});
