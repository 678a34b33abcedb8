import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { CREATE_PAYMENT, ownInput } from '../../support/graphql-client.js';
import { addedToLedger, expectLedgerUnchanged, ordersAt } from '../support/ledger.js';
import { startGateway, type Gateway } from '../../support/gateway/gateway.js';

interface Request {
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly init: RequestInit;
  readonly path?: string;
}

/** A payment that is charged wherever it gets through, as a whole request and in an address. */
const payment = (): string => JSON.stringify({ query: CREATE_PAYMENT, variables: { input: ownInput() } });
const PAYING = encodeURIComponent(
  'mutation { createPayment(input: { idempotencyKey: "key-of-an-address-0001", amount: "19.99", currency: "USD", paymentInstrumentId: "pi_card_ok", paymentMethodType: CARD, returnUrl: "https://shop.example/" }) { __typename } }',
);
const TEN_MEGABYTES = 10_000_000;
const json = { 'content-type': 'application/json' };
const posted = (headers: Record<string, string>, sent: RequestInit['body'] = payment()): RequestInit => ({
  ...{ method: 'POST', headers, body: sent },
});

/** What another site's page or a rude client sends; the gateway's own caller adds a good token to each. */
const REQUESTS: readonly Request[] = [
  {
    title: 'a form of a page',
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    init: posted({ 'content-type': 'application/x-www-form-urlencoded' }, `query=${PAYING}`),
  },
  {
    title: 'a form of plain text',
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    init: posted({ 'content-type': 'text/plain' }),
  },
  {
    title: 'a form with parts',
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    init: posted(
      { 'content-type': 'multipart/form-data; boundary=x' },
      `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${payment()}\r\n--x--\r\n`,
    ),
  },
  {
    title: 'a body of no type, as a page’s beacon may send',
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    init: posted({}, Buffer.from(payment())),
  },
  {
    title: 'JSON by another name',
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    init: posted({ 'content-type': 'text/json' }),
  },
  {
    title: 'JSON in another alphabet',
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    init: posted({ 'content-type': 'application/json; charset=utf-7' }),
  },
  {
    title: 'an image’s address that queries',
    status: 400,
    code: 'BAD_REQUEST',
    path: `/graphql?query=%7B__typename%7D`,
    init: { headers: {} },
  },
  {
    title: 'an image’s address that pays',
    status: 400,
    code: 'BAD_REQUEST',
    path: `/graphql?query=${PAYING}`,
    init: { headers: {} },
  },
  {
    title: 'a link that pays',
    status: 405,
    code: 'BAD_REQUEST',
    path: `/graphql?query=${PAYING}`,
    init: { headers: { 'apollo-require-preflight': '1' } },
  },
  {
    title: 'a link that says to be a POST',
    status: 405,
    code: 'BAD_REQUEST',
    path: `/graphql?query=${PAYING}`,
    init: { headers: { 'apollo-require-preflight': '1', 'x-http-method-override': 'POST' } },
  },
  {
    title: 'a body of ten megabytes',
    status: 413,
    code: 'BODY_TOO_LARGE',
    init: posted(json, payment().padEnd(TEN_MEGABYTES)),
  },
  {
    title: 'a compressed bomb',
    status: 415,
    code: 'UNSUPPORTED_CONTENT_ENCODING',
    init: posted({ ...json, 'content-encoding': 'gzip' }, gzipSync(payment().padEnd(TEN_MEGABYTES))),
  },
  {
    title: 'a header of twenty kilobytes',
    status: 431,
    code: 'BAD_REQUEST',
    init: posted({ ...json, 'x-bomb': 'x'.repeat(20_000) }),
  },
  {
    title: 'bytes that are no text',
    status: 400,
    code: 'BAD_REQUEST',
    init: posted(json, Buffer.from(payment().replace('client-', 'client-\u00ff'), 'latin1')),
  },
  { title: 'JSON that is cut', status: 400, code: 'BAD_REQUEST', init: posted(json, payment().slice(0, -1)) },
  {
    title: 'brackets a hundred thousand deep',
    status: 400,
    code: 'BAD_REQUEST',
    init: posted(json, '['.repeat(100_000)),
  },
  {
    title: 'another method',
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    init: { method: 'PUT', headers: json, body: payment() },
  },
  {
    title: 'a path out of the folder',
    status: 404,
    code: 'NOT_FOUND',
    path: '/demo/%2e%2e/%2e%2e/package.json',
    init: {},
  },
];

/** Texts that a page, a log, a header or a statement could take for its own. */
const TEXTS: readonly (readonly [string, string])[] = [
  ['a script', '<script>alert(1)</script>'],
  ['an attribute that runs', '"><img src=x onerror=alert(1)>'],
  ['a script’s address', 'javascript:alert(1)'],
  ['a template', '{{constructor.constructor("return process")()}} ${7*7}'],
  ['a statement', `'; DROP TABLE payments; --`],
  ['a redirection of text', '\u202Egpj.exe'],
  ['a prototype', '__proto__'],
  ['a constructor', 'constructor'],
];

let gateway: Gateway<'tokens'>;
let alice: string;
let target: Server;
let hits = 0;
beforeAll(async () => {
  gateway = await startGateway({ with: ['tokens'] });
  alice = gateway.issuer.token();
  target = createServer((_request, response) => {
    hits += 1;
    response.end();
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await gateway.close();
  await new Promise((resolve) => target.close(resolve));
});

const orders = () => ordersAt(gateway.sandboxUrl);
const targetUrl = (): string => `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
const authorized = () => ({ authorization: `Bearer ${alice}` });
/** One error of this code, and no data. */
const refused = (code: string) => ({
  errors: [expect.objectContaining({ extensions: expect.objectContaining({ code }) as unknown }) as unknown],
});

describe('hostile requests', () => {
  expectLedgerUnchanged(orders);

  it.each(REQUESTS)('$title: $status, and nothing is charged', async ({ status, code, init, path = '/graphql' }) => {
    const headers = { ...(init.headers as Record<string, string>), ...authorized() };
    const response = await fetch(`${gateway.url}${path}`, { ...init, headers });
    expect([response.status, await response.json()]).toEqual([status, refused(code)]);
  });

  it.each([['https://evil.example'], ['null'], ['https://studio.apollographql.com.evil.example']])(
    'a page of %s may not read an answer, nor send what needs a preflight',
    async (origin) => {
      const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
      const preflight = await fetch(`${gateway.url}/graphql`, { method: 'OPTIONS', headers: { origin, ...asked } });
      const answer = await fetch(`${gateway.url}/graphql`, posted({ ...json, origin }));
      const granted = [preflight, answer].flatMap(({ headers }) => [...headers.keys()]);
      expect(granted.filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect([answer.status, await answer.json()]).toEqual([401, refused('UNAUTHENTICATED')]);
    },
  );

  it.each([
    ['in the variables', `{"input": {"__proto__": {"polluted": true}}, "__proto__": {"polluted": true}}`],
    ['in the input', JSON.stringify({ input: ownInput() }).replace('{"idem', '{"__proto__":{"polluted":true},"idem')],
    ['as a constructor', JSON.stringify({ input: { ...ownInput(), constructor: { prototype: { polluted: 1 } } } })],
  ])('a prototype %s pollutes nothing', async (_title, variables) => {
    const sent = `{"query": ${JSON.stringify(CREATE_PAYMENT)}, "variables": ${variables}}`;
    const response = await fetch(`${gateway.url}/graphql`, posted({ ...json, ...authorized() }, sent));
    expect(await response.text()).toContain('"BAD_USER_INPUT"');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each([
    ['javascript:alert(1)'],
    ['data:text/html,<script>'],
    ['//evil.example'],
    ['https://shop.example@evil.example/'],
    ['https://shop.example\\@evil.example'],
    ['https://shop.example/\r\nset-cookie: a=b'],
    ['http://169.254.169.254/latest/meta-data'],
    ['http://localhost.evil.example/'],
    ['file:///etc/passwd'],
  ])('the return address %j: refused, and nothing is charged', async (returnUrl) => {
    expect(await gateway.pay(alice, { returnUrl })).toMatchObject({
      __typename: 'InvalidPaymentInput',
      issues: [{ path: ['returnUrl'], rule: 'returnUrl.invalid' }],
    });
  });

  it('a callback address is not called by the gateway', async () => {
    const subscription = { callbackUrl: targetUrl(), subscriptionId: 's', verifier: 'v' };
    const query = 'subscription { paymentUpdated(id: "1") { id } }';
    const response = await fetch(
      `${gateway.url}/graphql`,
      posted({ ...json, ...authorized() }, JSON.stringify({ query, extensions: { subscription } })),
    );
    expect([response.status, await response.json()]).toEqual([400, refused('SUBSCRIPTION_CALLBACK_REFUSED')]);
    expect(hits).toBe(0);
  });

  it('a request id of an attacker does not get into the log unless it is fit for it', async () => {
    const response = await fetch(
      `${gateway.url}/graphql`,
      posted({ ...json, 'x-request-id': 'evil"} {"level":"fatal' }),
    );
    expect([response.status, await response.json()]).toEqual([401, refused('UNAUTHENTICATED')]);
    // By the time a later request is answered, the first one's line is written.
    await fetch(`${gateway.url}/livez`);
    const requestId = response.headers.get('x-request-id');
    expect(requestId).toMatch(/^req_[0-9a-f]{32}$/);
    expect(gateway.logLines.join('')).toContain(requestId);
    expect(gateway.logLines.join('')).not.toContain('evil');
    expect(
      gateway.logLines
        .join('')
        .trim()
        .split('\n')
        .every((line) => JSON.parse(line) !== null),
    ).toBe(true);
  });

  it('every page forbids to be framed, to be guessed at and to run what it did not bring', async () => {
    const places = ['/', '/graphql', '/graphiql', '/demo', '/demo/return'].map((path) => `${gateway.url}${path}`);
    for (const place of [...places, gateway.sandboxUrl]) {
      const { status, headers } = await fetch(place, { headers: { accept: 'text/html' } });
      const policy = headers.get('content-security-policy') ?? '';
      expect([place, status, headers.get('x-content-type-options')]).toEqual([place, 200, 'nosniff']);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("base-uri 'none'");
      expect(policy).not.toMatch(/script-src[^;]*'unsafe-inline'/);
    }
  });
});

describe('what is hostile only to those who take it for more than it is', () => {
  it.each(TEXTS)('%s stays the text that it is, and is paid once', async (_title, text) => {
    const metadata = [{ key: text.slice(0, 40), value: text }];
    const { answer, added } = await addedToLedger(orders, () =>
      gateway.pay(alice, { metadata, merchantReferenceId: text }),
    );
    expect(answer).toMatchObject({
      __typename: 'CreatePaymentSuccess',
      payment: { merchantReferenceId: text, metadata },
    });
    expect(added).toMatchObject([{ status: 'success', merchantReferenceId: text }]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('an address in a payment is not called by the gateway, and the payment is made once', async () => {
    const priceDataList = [{ name: 'Mug', unitAmount: '19.99', quantity: 1, imageUrl: 'https://127.0.0.1:9/x.png' }];
    const { answer, added } = await addedToLedger(orders, () =>
      gateway.pay(alice, { returnUrl: targetUrl(), priceDataList }),
    );
    expect(answer.__typename).toBe('CreatePaymentSuccess');
    expect(added).toMatchObject([{ status: 'success' }]);
    expect(hits).toBe(0);
  });

  it('a payment that is well sent is charged, once', async () => {
    const { added } = await addedToLedger(orders, () =>
      fetch(`${gateway.url}/graphql`, posted({ ...json, ...authorized() })),
    );
    expect(added).toMatchObject([{ status: 'success' }]);
  });
});
