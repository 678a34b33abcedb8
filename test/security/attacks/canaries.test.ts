import { join } from 'node:path';
import { WEBHOOK_REFUSALS, type WebhookRefusal } from '../../../src/webhooks/refusals.js';
import type { FakeClink } from '../../clink/support/fake-clink.js';
import { openSocket } from '../../http/subscriptions/websocket-client.js';
import { CREATE_PAYMENT, post } from '../../support/graphql-client.js';
import { GatewayProcess } from '../../support/gateway/gateway-process.js';
import { startPostgres, type PostgresServer } from '../../support/postgres.js';
import { deliver, signedWebhook, wireEvent, wireOrder } from '../../support/signed-webhook.js';
import { startEchoingClink } from '../support/canary-clink.js';
import { addedToLedger, expectLedgerUnchanged } from '../support/ledger.js';
import { AUDIENCE, startIssuer, type Issuer } from '../support/issuer.js';

/** The word in everything that is planted. Whatever shows it shows something that it must not, save to its owner. */
const CANARY = /canary/i;
const THROWS_ON_SIGNAL = join(__dirname, '..', 'support', 'throws-on-signal.cjs');
const ROUTER_SECRET = 'canary-router-secret-of-thirty-two';
const WEBHOOK_SECRET = 'whsec_canary_of_the_webhooks';
/** What the provider does, and what the payment's owner is answered. */
const PLANS = [
  ['paid', 'CreatePaymentSuccess'],
  ['declined', 'CreatePaymentSuccess'],
  ['action', 'CreatePaymentSuccess'],
  ['refused', 'PaymentRejected'],
  ['unpublished', 'PaymentOutcomeUnknown'],
  ['reset', 'PaymentOutcomeUnknown'],
  ['garbage', 'PaymentOutcomeUnknown'],
  ['unauthorized', 'ProviderUnavailable'],
  ['broken', 'PaymentOutcomeUnknown'],
] as const;
/** Where a payment's owner may read what the owner sent, or what the provider said about it. */
const OUTPUT_FIELDS = new Set([
  'customer.id',
  'paymentInstrumentId',
  'merchantReferenceId',
  'key',
  'value',
  'message',
  'providerMessage',
  'detail',
  'code',
  'providerCode',
]);

let [postgres, clink, issuer, gateway] = [] as unknown as [PostgresServer, FakeClink, Issuer, GatewayProcess];
let databaseUrl: string;
let url: string;
beforeAll(async () => {
  [postgres, clink, issuer] = [await startPostgres(), await startEchoingClink(), await startIssuer()];
  databaseUrl = await postgres.createDatabase();
  gateway = await new GatewayProcess({ preload: THROWS_ON_SIGNAL, env: environment() }).start();
  ({ url } = gateway);
}, 60_000);
afterAll(async () => {
  await gateway.close();
  await Promise.all([clink.close(), issuer.close(), postgres.dispose()]);
});

const environment = (): Record<string, string> => ({
  ...{ NODE_ENV: 'production', DATABASE_URL: databaseUrl, ROUTER_SECRET, CLINK_BASE_URL: clink.baseUrl },
  ...{
    CLINK_API_KEY: 'sk_test_canary_of_the_gateway',
    CLINK_WEBHOOK_SECRETS: WEBHOOK_SECRET,
    CLINK_TIMEOUT_MS: '1000',
  },
  ...{ AUTH_MODE: 'jwt', AUTH_JWKS_URL: issuer.jwksUrl, AUTH_ISSUER: issuer.issuer, AUTH_AUDIENCE: AUDIENCE },
  ...{ LOG_LEVEL: 'debug', RECONCILE_INTERVAL_MS: '200', RATE_LIMIT_PER_PERSON: '0', RATE_LIMIT_PER_SERVICE: '0' },
});

function headers(token = tokenOf('shop')): Record<string, string> {
  return {
    ...{ authorization: `Bearer ${token}`, 'x-router-secret': ROUTER_SECRET, cookie: 'session=canary-cookie' },
    ...{ 'x-canary': 'canary-header', 'user-agent': 'canary-agent', 'apollo-federation-include-trace': 'ftv1' },
  };
}

const tokenOf = (client: string): string =>
  issuer.token({
    ...{ client_id: client, jti: 'canary-token-id', email: 'canary.caller@token.example', name: 'canary-name' },
    scope: 'payments:read payments:write payments:any-customer',
  });

const input = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...{ idempotencyKey: `canary-key-${Math.random()}`, amount: '19.99', currency: 'USD', paymentMethodType: 'CARD' },
  ...{ returnUrl: 'https://shop.example/return?canary=canary-query', paymentInstrumentId: 'pi_canary_paid' },
  ...{ customerEmail: 'canary.buyer@shop.example', customerId: 'canary-customer', promotionCode: 'canary-promotion' },
  merchantReferenceId: `canary-reference-${Math.random()}`,
  priceDataList: [{ name: 'canary-line', unitAmount: '19.99', quantity: 1, imageUrl: 'https://canary.example/a.png' }],
  metadata: [{ key: 'canary-metadata', value: 'canary-metadata-value' }],
  ...changes,
});

const pay = (changes: Record<string, unknown>) =>
  post(url, JSON.stringify({ query: CREATE_PAYMENT, variables: { input: input(changes) } }), headers());

/** What the provider was asked to charge. */
const charges = () => clink.requests.filter(({ method }) => method === 'POST');

/** The names of the fields in which an answer shows a canary. */
function fieldsWithCanary(value: unknown, name = ''): string[] {
  if (typeof value === 'string') return CANARY.test(value) ? [name] : [];
  if (typeof value !== 'object' || value === null) return [];
  const fieldName = (key: string): string => {
    if (Array.isArray(value)) return name;
    return key === 'id' ? `${name}.id` : key;
  };
  return Object.entries(value).flatMap(([key, part]) => [
    ...(CANARY.test(key) ? [key] : []),
    ...fieldsWithCanary(part, fieldName(key)),
  ]);
}

/** What a router is told about the request, as far as it can be read. */
const traceOf = ({ extensions }: { extensions?: { ftv1?: string } }): string =>
  Buffer.from(extensions?.ftv1 ?? '', 'base64').toString('latin1');

const refusalOf = (refusal: WebhookRefusal) => {
  const { status, message } = WEBHOOK_REFUSALS[refusal];
  return { status, body: message };
};

const writtenBy = ({ output, errors }: GatewayProcess): string => output + errors;

/** Nothing planted in what the process has written. */
function expectSilence(): void {
  expect(
    writtenBy(gateway)
      .split('\n')
      .filter((line) => CANARY.test(line)),
  ).toEqual([]);
}

describe('what is planted in a payment', () => {
  it.each(PLANS)('is shown to its owner only, where the provider says it all back (%s: %s)', async (plan, told) => {
    const { answer, added } = await addedToLedger(charges, () => pay({ paymentInstrumentId: `pi_canary_${plan}` }));
    const { body } = answer;
    expect(added).toHaveLength(1);
    expect(body.data.createPayment.__typename).toBe(told);
    expect(fieldsWithCanary(body.data).filter((field) => !OUTPUT_FIELDS.has(field))).toEqual([]);
    expect(JSON.stringify(body)).not.toMatch(
      /sk_test|canary-(?:query|promotion|cookie|header|agent|token|name)|canary\.buyer/,
    );
    expect(body.errors).toBeUndefined();
    expect(traceOf(body as object)).not.toBe('');
    expect(traceOf(body as object)).not.toMatch(CANARY);
    expectSilence();
  });

  it('is not shown to others, nor by a conflict', async () => {
    const key = `canary-key-of-the-conflict-${Math.random()}`;
    const { body: first } = await pay({ idempotencyKey: key });
    const { answer, added } = await addedToLedger(charges, () =>
      pay({ idempotencyKey: key, amount: '20.00', priceDataList: [] }),
    );
    const conflict = answer.body;
    expect(added).toEqual([]);
    const query =
      'query ($id: ID!, $key: ID!) { payment(id: $id) { id } paymentByIdempotencyKey(idempotencyKey: $key) { id } }';
    const variables = { id: first.data.createPayment.payment.id, key };
    const { body: found } = await post(url, JSON.stringify({ query, variables }), headers(tokenOf('another')));
    expect(conflict.data.createPayment.__typename).toBe('IdempotencyConflict');
    expect(fieldsWithCanary(conflict.data).filter((field) => !OUTPUT_FIELDS.has(field))).toEqual([]);
    expect(found.data).toEqual({ payment: null, paymentByIdempotencyKey: null });
    expectSilence();
  });
});

describe('what is planted in other requests', () => {
  expectLedgerUnchanged(charges);

  it.each([
    [
      'rules',
      input({
        amount: 'canary-amount',
        currency: 'canary',
        returnUrl: 'https://user:canary@shop.example',
        idempotencyKey: 'canary',
      }),
      'INVALID_INPUT',
    ],
    ['reserved metadata', input({ metadata: [{ key: 'gateway_canary', value: 'canary' }] }), 'INVALID_INPUT'],
    ['a field that there is not', input({ canaryField: 'canary' }), 'BAD_USER_INPUT'],
    ['a value of no enum', input({ paymentMethodType: 'CANARY' }), 'BAD_USER_INPUT'],
    ['a value of another type', input({ metadata: 'canary' }), 'BAD_USER_INPUT'],
    ['no object', 'canary', 'BAD_USER_INPUT'],
  ])('is not said back by %s, and nothing is charged', async (_title, sent, code) => {
    const { body } = await post(url, JSON.stringify({ query: CREATE_PAYMENT, variables: { input: sent } }), headers());
    expect(body.data?.createPayment.code ?? body.errors?.[0]?.extensions.code).toBe(code);
    expect(fieldsWithCanary({ data: body.data, errors: body.errors })).toEqual([]);
    expect(traceOf(body as object)).not.toBe('');
    expect(traceOf(body as object)).not.toMatch(CANARY);
    expectSilence();
  });

  it.each([
    ['a syntax error', '{ canary(', 'Syntax Error: the document is not valid GraphQL at line 1, column 10.'],
    ['a field that there is not', '{ canaryField }', 'Cannot query field "canaryField" on type "Query".'],
    ['an argument', '{ payment(id: "canary-id") { id } }', { payment: null }],
    [
      'an alias of a directive that there is not',
      '{ payment(id: "1") { canary: id @canary(text: "canary-id") } }',
      'Unknown directive "@canary".',
    ],
    [
      'a cursor',
      '{ payments(after: "canary-id") { edges { cursor } } }',
      'The argument "after" takes a cursor that `payments` has answered with, unchanged.',
    ],
    ['an order id', '{ paymentByOrderId(orderId: "canary-id") { id } }', { paymentByOrderId: null }],
    [
      'a QR code to be renewed',
      'mutation { refreshWalletQr(paymentId: "canary-id") { __typename } }',
      { refreshWalletQr: { __typename: 'PaymentNotFound' } },
    ],
    [
      'an entity',
      '{ _entities(representations: [{ __typename: "Payment", id: "canary-id" }]) { __typename } }',
      { _entities: [null] },
    ],
    [
      'a filter',
      '{ payments(filter: { merchantReferenceId: "canary-id" }) { edges { cursor } } }',
      { payments: { edges: [] } },
    ],
  ])('stays out of logs and traces: %s', async (_title, query, told) => {
    const { body } = await post(`${url}`, JSON.stringify({ query, operationName: null }), headers());
    // A document's own names are said back in sentences about the document, to whoever sent it.
    expect(body.errors?.[0]?.message ?? body.data).toEqual(told);
    expect(traceOf(body as object)).not.toBe('');
    expect(traceOf(body as object)).not.toMatch(/canary-id/);
    expectSilence();
  });

  it('stays out of logs and answers whatever the HTTP surface is asked', async () => {
    const request = (path: string, init: RequestInit = {}) => fetch(`${url}${path}`, init);
    const json = { ...headers(), 'content-type': 'application/json' };
    const fromRouter = { 'x-router-secret': ROUTER_SECRET };
    const subscription = { callbackUrl: 'https://canary.example/', subscriptionId: 'canary', verifier: 'canary' };
    const answers = await Promise.all([
      request('/graphql?query=%7Bcanary&variables=canary', { headers: headers() }),
      request('/graphql?token=canary', { headers: { ...fromRouter, authorization: 'Bearer canary-token' } }),
      request('/graphql', { headers: { ...fromRouter, authorization: 'Basic canary' } }),
      request('/graphql', { headers: { 'x-router-secret': 'canary-of-another-router' } }),
      request('/graphql', { method: 'POST', headers: json, body: '{"query": canary' }),
      request('/graphql', { method: 'POST', headers: { ...json, 'content-type': 'text/canary' }, body: 'canary' }),
      request('/graphql', {
        method: 'POST',
        headers: json,
        body: JSON.stringify({
          query: 'subscription { paymentUpdated(id: "canary-id") { id } }',
          extensions: { subscription },
        }),
      }),
      request('/graphql', {
        method: 'POST',
        headers: { ...json, accept: 'text/event-stream' },
        body: JSON.stringify({ query: 'subscription { paymentUpdated(id: "canary-id") { id } }' }),
      }),
      request('/livez?canary'),
      request('/readyz?canary', { headers: headers() }),
      // Not served: whoever adds it is reminded to look for secrets in it.
      request('/metrics?canary', { headers: headers() }),
      request('/webhooks/clink?canary', { method: 'POST', headers: { 'x-clink-signature': 'canary' }, body: 'canary' }),
    ]);
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(texts.filter((text) => CANARY.test(text.replaceAll('"canary"', '')))).toEqual([]);
    expect(answers.flatMap((answer) => [...answer.headers.values()]).filter((value) => CANARY.test(value))).toEqual([]);
    expect(answers.map(({ status }) => status)).toEqual([
      ...[400, 401, 401, 403, 400, 415, 400, 200],
      ...[200, 200, 404, 400],
    ]);
    expectSilence();
  });

  it.each([
    '/x/canary.buyer%40shop.example',
    '/x/canary.buyer%2540shop.example',
    '/x/sk%5ftest_canary',
    '/x/%65yJjYW5hcnki%2EeyJjYW5hcnki%2Ecanary',
    '/x/pi%5Fcanary_1234',
  ])('stays out of logs where a path spells it with percent signs: %s', async (path) => {
    expect((await fetch(`${url}${path}`)).status).toBe(404);
    expectSilence();
  });

  it.each([
    [
      'a token that is none',
      [{ type: 'connection_init', payload: { authorization: 'Bearer canary-token' } }],
      { code: 4401, reason: 'Unauthorized' },
    ],
    [
      'more than a token, and a message of no type',
      [
        { type: 'connection_init', payload: { canary: 'canary-in-the-payload' } },
        { type: 'canary', id: 'canary' },
      ],
      { code: 4400, reason: 'Invalid message received' },
    ],
  ])('stays out of logs and WebSockets: %s', async (_title, messages, told) => {
    const client = await openSocket(`${url.replace('http', 'ws')}/graphql?canary`, {
      headers: { ...headers(), 'x-c': 'canary' },
    });
    for (const message of messages) client.send(message);
    expect(await client.closed).toEqual(told);
    expectSilence();
  });

  it.each([
    [
      'a known type',
      wireEvent(
        'order.succeeded',
        wireOrder({ customerEmail: 'canary.buyer@shop.example', failureMessage: 'canary' }),
        { id: 'event_1', note: 'canary' },
      ),
      { status: 200, body: '' },
    ],
    [
      'a type that there is not',
      wireEvent('made.up', { canary: 'canary' }, { id: 'event_2', canary: 'canary' }),
      { status: 200, body: '' },
    ],
    ['no event', { canary: 'canary' }, refusalOf('idUnusable')],
    ['no JSON', '{"canary": canary', refusalOf('notJson')],
  ])('stays out of logs and answers of webhooks: %s', async (_title, body, told) => {
    const signed = signedWebhook(body, { secret: WEBHOOK_SECRET, timestamp: String(Date.now()) });
    const answer = await deliver(`${url}/webhooks/clink`, signed);
    const forged = await deliver(`${url}/webhooks/clink`, {
      ...signed,
      rawBody: Buffer.from(`${signed.rawBody.toString()} canary`),
    });
    expect([answer, forged]).toEqual([told, refusalOf('signatureWrong')]);
    expectSilence();
  });
});

describe('what is planted in the process', () => {
  expectLedgerUnchanged(charges);

  it('is not in what everybody on the machine sees of it', () => {
    expect(gateway.commandLine).toContain('node');
    expect(gateway.commandLine).not.toMatch(CANARY);
  });

  it.each([
    ['LOG_LEVEL', 'canary'],
    ['PORT', 'canary'],
    ['AUTH_MODE', 'canary'],
    ['ROUTER_SECRET', 'canary'],
    ['CLINK_BASE_URL', 'https://user:canary@clink.example/'],
    ['AUTH_JWKS_URL', 'http://user:canary@issuer.example/jwks'],
    ['RETURN_URL_ORIGINS', 'https://user:canary@shop.example/'],
    ['CLINK_API_KEY_FILE', '/canary/key'],
    ['DATABASE_URL', 'postgres://gateway:canary@127.0.0.1:1/payments'],
  ])('is not told when the gateway does not start because of %s', async (name, value) => {
    const refused = new GatewayProcess({ env: { ...environment(), [name]: value } });
    expect(await refused.tryToStart()).toBe(false);
    expect(await refused.ended).toBe(1);
    expect(writtenBy(refused)).toContain('The gateway did not start.');
    expect(writtenBy(refused)).not.toMatch(CANARY);
    await refused.close();
  });

  it('is not told when it crashes', async () => {
    const crashing = await new GatewayProcess({ preload: THROWS_ON_SIGNAL, env: environment() }).start();
    crashing.send('SIGALRM');
    expect(await crashing.ended).toBe(1);
    expect(writtenBy(crashing)).toContain('gateway.crashed');
    expect(writtenBy(crashing)).not.toMatch(CANARY);
    await crashing.close();
  });

  it('is not told while the database is away, nor at the end', async () => {
    await postgres.stop('immediate');
    const { body } = await pay({});
    await deliver(
      `${url}/webhooks/clink`,
      signedWebhook(wireEvent('order.succeeded', wireOrder(), { id: 'event_3', canary: 'canary' }), {
        secret: WEBHOOK_SECRET,
        timestamp: String(Date.now()),
      }),
    );
    gateway.send('SIGTERM');
    expect(await gateway.ended).toBe(0);
    expect(body.data.createPayment.code).toBe('STORE_UNAVAILABLE');
    expect(fieldsWithCanary(body.data)).toEqual([]);
    expect(writtenBy(gateway)).not.toContain('a password of tests');
    expect(writtenBy(gateway)).toContain('webhook.refused');
    expect(writtenBy(gateway)).toContain('"path":"/x/pi_…1234"');
    expect(writtenBy(gateway).match(/"msg":"request"/g)?.length).toBeGreaterThan(PLANS.length);
    expectSilence();
  }, 60_000);
});
