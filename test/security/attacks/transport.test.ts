import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { CREATE_PAYMENT, paymentInput } from '../../support/graphql-client.js';
import { deliver, signedWebhook } from '../../support/signed-webhook.js';
import { startSecuredGateway, type SecuredGateway } from '../support/secured-gateway.js';

interface Request {
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly init: RequestInit;
  readonly path?: string;
}

const body = (): string => JSON.stringify({ query: CREATE_PAYMENT, variables: { input: paymentInput() } });
const json = { 'content-type': 'application/json' };
const MUTATION = encodeURIComponent('mutation { refreshWalletQr(paymentId: "1") { __typename } }');
const posted = (headers: Record<string, string>, sent: RequestInit['body'] = body()): RequestInit => ({
  ...{ method: 'POST', headers, body: sent },
});

/** What another site's page or a rude client sends; the gateway adds a good token to each. */
const REQUESTS: readonly Request[] = [
  {
    title: 'a form of a page',
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    init: posted({ 'content-type': 'application/x-www-form-urlencoded' }, `query=${MUTATION}`),
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
    init: posted({ 'content-type': 'multipart/form-data; boundary=x' }),
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
    title: 'a link that pays',
    status: 405,
    code: 'BAD_REQUEST',
    path: `/graphql?query=${MUTATION}`,
    init: { headers: { 'apollo-require-preflight': '1' } },
  },
  { title: 'a body of ten megabytes', status: 413, code: 'BODY_TOO_LARGE', init: posted(json, 'x'.repeat(10_000_000)) },
  {
    title: 'a compressed bomb',
    status: 415,
    code: 'UNSUPPORTED_CONTENT_ENCODING',
    init: posted({ ...json, 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(10_000_000, 32))),
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
    init: posted(json, Buffer.from([0x7b, 0xff, 0xfe, 0x7d])),
  },
  { title: 'JSON that is cut', status: 400, code: 'BAD_REQUEST', init: posted(json, body().slice(0, -1)) },
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
    init: { method: 'PUT', headers: json, body: body() },
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

describe('hostile requests', () => {
  let gateway: SecuredGateway;
  let alice: string;
  let target: Server;
  let hits = 0;
  beforeAll(async () => {
    gateway = await startSecuredGateway();
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
  const targetUrl = (): string => `http://127.0.0.1:${(target.address() as AddressInfo).port}`;

  it.each(REQUESTS)('$title: $status, and nothing is charged', async ({ status, code, init, path = '/graphql' }) => {
    const charges = await gateway.charges();
    const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${alice}` };
    const response = await fetch(`${gateway.url}${path}`, { ...init, headers });
    const answer = (await response.json()) as { errors: { extensions: { code: string } }[] };
    expect([response.status, answer.errors[0]?.extensions.code]).toEqual([status, code]);
    expect(await gateway.charges()).toBe(charges);
  });

  it.each([['https://evil.example'], ['null'], ['https://studio.apollographql.com.evil.example']])(
    'a page of %s may not read an answer',
    async (origin) => {
      const response = await fetch(`${gateway.url}/graphql`, { method: 'OPTIONS', headers: { origin } });
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      const answer = await fetch(`${gateway.url}/graphql`, posted({ ...json, origin }));
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  it.each(TEXTS)('%s stays the text that it is', async (_title, text) => {
    const metadata = [{ key: text.slice(0, 40), value: text }];
    const result = await gateway.pay(alice, { metadata, merchantReferenceId: text });
    expect(result).toMatchObject({
      __typename: 'CreatePaymentSuccess',
      payment: { merchantReferenceId: text, metadata },
    });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each([
    ['in the variables', `{"input": {"__proto__": {"polluted": true}}, "__proto__": {"polluted": true}}`],
    [
      'in the input',
      JSON.stringify({ input: paymentInput() }).replace('{"idem', '{"__proto__":{"polluted":true},"idem'),
    ],
    ['as a constructor', JSON.stringify({ input: { ...paymentInput(), constructor: { prototype: { polluted: 1 } } } })],
  ])('a prototype %s pollutes nothing', async (_title, variables) => {
    const charges = await gateway.charges();
    const sent = `{"query": ${JSON.stringify(CREATE_PAYMENT)}, "variables": ${variables}}`;
    const response = await fetch(`${gateway.url}/graphql`, posted({ ...json, authorization: `Bearer ${alice}` }, sent));
    expect(await response.text()).toContain('"BAD_USER_INPUT"');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(await gateway.charges()).toBe(charges);
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
    const charges = await gateway.charges();
    expect(await gateway.pay(alice, { returnUrl })).toMatchObject({ issues: [{ rule: 'returnUrl.invalid' }] });
    expect(await gateway.charges()).toBe(charges);
  });

  it('no address in an input is called by the gateway', async () => {
    const priceDataList = [{ name: 'Mug', unitAmount: '19.99', quantity: 1, imageUrl: 'https://127.0.0.1:9/x.png' }];
    await gateway.pay(alice, { returnUrl: targetUrl(), priceDataList });
    const subscription = { callbackUrl: targetUrl(), subscriptionId: 's', verifier: 'v' };
    const query = 'subscription { paymentUpdated(id: "1") { id } }';
    const response = await fetch(
      `${gateway.url}/graphql`,
      posted({ ...json, authorization: `Bearer ${alice}` }, JSON.stringify({ query, extensions: { subscription } })),
    );
    expect(await response.text()).toContain('SUBSCRIPTION_CALLBACK_REFUSED');
    expect(hits).toBe(0);
  });

  it.each([
    ['without a signature', {}],
    ['with a made-up signature', { 'x-clink-timestamp': String(Date.now()), 'x-clink-signature': 'ab'.repeat(32) }],
    [
      'signed with another secret',
      signedWebhook(
        { id: 'event_1', type: 'order.succeeded' },
        { secret: 'whsec_guess', timestamp: String(Date.now()) },
      ).headers,
    ],
  ])('a webhook %s: refused, and the payment stays as it is', async (_title, headers) => {
    const { payment } = await gateway.pay(alice, { paymentInstrumentId: 'pi_card_3ds' });
    const event = {
      id: 'event_1',
      type: 'order.succeeded',
      data: { object: { orderId: payment.orderId, status: 'success' } },
    };
    const answer = await deliver(`${gateway.url}/webhooks/clink`, {
      ...{ headers: headers as Record<string, string>, rawBody: Buffer.from(JSON.stringify(event)) },
    });
    expect([400, 401]).toContain(answer.status);
    const { body: found } = await gateway.ask('query ($id: ID!) { payment(id: $id) { status } }', {
      ...{ token: alice, variables: { id: payment.id } },
    });
    expect(found.data.payment.status).toBe('REQUIRES_ACTION');
  });

  it('a request id of an attacker does not get into the log unless it is fit for it', async () => {
    await fetch(`${gateway.url}/graphql`, posted({ ...json, 'x-request-id': 'evil"} {"level":"fatal' }));
    expect(gateway.logged()).not.toContain('evil');
    expect(
      gateway
        .logged()
        .trim()
        .split('\n')
        .every((line) => JSON.parse(line) !== null),
    ).toBe(true);
  });

  it('every page forbids to be framed, to be guessed at and to run what it did not bring', async () => {
    const places = ['/', '/graphql', '/graphiql', '/demo', '/demo/return'].map((path) => `${gateway.url}${path}`);
    for (const place of [...places, gateway.sandboxUrl]) {
      const { headers } = await fetch(place, { headers: { accept: 'text/html' } });
      const policy = headers.get('content-security-policy') ?? '';
      expect([place, headers.get('x-content-type-options')]).toEqual([place, 'nosniff']);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("base-uri 'none'");
      expect(policy).not.toMatch(/script-src[^;]*'unsafe-inline'/);
    }
  });
});
