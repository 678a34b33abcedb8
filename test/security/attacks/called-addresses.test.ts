import { createServer, type AddressInfo, type Server } from 'node:net';
import { answerJson, startFakeClink, type FakeClink, type SeenRequest } from '../../clink/support/fake-clink.js';
import { openRaw, requestText } from '../../http/raw-connection.js';
import { CREATE_PAYMENT, paymentInput, post } from '../../support/graphql-client.js';
import { deliver, signedWebhook, wireEvent, wireOrder } from '../../support/signed-webhook.js';
import { newKey, signWith } from '../support/issuer.js';
import { addedToLedger, expectLedgerUnchanged } from '../support/ledger.js';
import { startGateway, type Gateway } from '../../support/gateway/gateway.js';

const WEBHOOK_SECRET = 'whsec_of_the_trap';
const foreign = newKey('foreign');

/** Somebody's machine, where a connection of the gateway would be noticed before a word is said, whatever the scheme. */
let trap: Server;
let trapped = 0;
let gateway: Gateway<'tokens'>;
let clink: FakeClink;
beforeAll(async () => {
  trap = createServer((socket) => {
    trapped += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  clink = await startFakeClink((response, request) => {
    // Whoever followed the provider would come to the trap.
    if (request.method === 'GET' || request.body.includes('pi_moved'))
      response.writeHead(307, { location: at('http') }).end();
    else answerJson(response, { code: 200, msg: 'success', data: answerTo(request) });
  });
  gateway = await startGateway({
    with: ['tokens'],
    env: {
      ...{ CLINK_API_KEY: 'sk_test_trap', CLINK_BASE_URL: clink.baseUrl, CLINK_WEBHOOK_SECRETS: WEBHOOK_SECRET },
      ...{ SUBSCRIPTION_CALLBACK_ORIGINS: 'https://router.example', RECONCILE_INTERVAL_MS: '50' },
    },
  });
}, 60_000);
afterAll(async () => {
  await gateway.close();
  await clink.close();
  await new Promise((resolve) => trap.close(resolve));
});

const trapPort = (): number => (trap.address() as AddressInfo).port;
const at = (scheme: 'http' | 'https', host = '127.0.0.1'): string => `${scheme}://${host}:${trapPort()}/x`;

/** The addresses that payments' returnUrls name, by order, for the provider to put into its answers. */
const addresses = new Map<string, string>();

/** An action with the address in all places: a QR code for wallets, and when it is renewed, a redirect for others. */
function answerTo({ url, body }: SeenRequest): object {
  const renewed = /\/payment\/(\w+)\/qrcode/.exec(url)?.[1];
  const orderId = renewed ?? `order_${addresses.size}`;
  const address = addresses.get(orderId) ?? /"returnUrl":"([^"]+)"/.exec(body)?.[1] ?? '';
  addresses.set(orderId, address);
  const qr = {
    ...{ imageUrlPng: address, imageUrlSvg: address, hostedInstructionsUrl: address, mobileAuthUrl: address },
    ...{ fallbackUrl: address, packageName: address, expiresAt: Date.now() + 60_000 },
  };
  const isWallet = renewed !== undefined || body.includes('CASHAPP');
  const action = isWallet
    ? { redirectUrl: '', paymentMethodType: 'CASHAPP', walletHandleRedirectOrDisplayQrCode: qr }
    : { redirectUrl: address, method: 'GET', paymentMethodType: 'CARD' };
  return { orderId, sessionId: 'sess_1', status: 5, action };
}

const service = (): string =>
  gateway.issuer.token({ client_id: 'shop', scope: 'payments:read payments:write payments:any-customer' });

const paying = (changes: Record<string, unknown>, headers: Record<string, string> = {}) =>
  post(gateway.url, JSON.stringify({ query: CREATE_PAYMENT, variables: { input: paymentInput(changes) } }), {
    authorization: `Bearer ${service()}`,
    ...headers,
  });

/** All that the provider was asked to do. */
const asked = (): readonly SeenRequest[] => clink.requests.filter(({ method }) => method === 'POST');
const charge = (body = '') =>
  expect.objectContaining({ url: '/api/payment', body: expect.stringContaining(body) as string }) as unknown;

const SCHEMES = [['http'], ['https']] as const;

describe.each(SCHEMES)('an %s address of somebody else is not called, and one payment is made,', (scheme) => {
  afterEach(() => {
    expect(trapped).toBe(0);
  });

  it.each([
    ['returnUrl', () => ({ returnUrl: at(scheme, 'localhost') })],
    ['a metadata value', () => ({ metadata: [{ key: 'url', value: at(scheme) }] })],
    ['merchantReferenceId', () => ({ merchantReferenceId: at(scheme) })],
    ['promotionCode', () => ({ promotionCode: at(scheme) })],
    ['customerId', () => ({ customerId: at(scheme) })],
    ['referenceCustomerId', () => ({ referenceCustomerId: at(scheme) })],
    ['paymentInstrumentId', () => ({ paymentInstrumentId: at(scheme) })],
    ['priceId and productId', () => ({ priceId: at(scheme), productId: at(scheme), amount: null, currency: null })],
  ])('from %s', async (_title, changes) => {
    const { answer, added } = await addedToLedger(asked, () => paying(changes()));
    expect(answer.body.data.createPayment.__typename).toBe('CreatePaymentSuccess');
    expect(added).toEqual([charge(`:${trapPort()}/x`)]);
  });

  it('from idempotencyKey, which the provider does not hear of', async () => {
    const { answer, added } = await addedToLedger(asked, () => paying({ idempotencyKey: at(scheme) }));
    expect(answer.body.data.createPayment.__typename).toBe('CreatePaymentSuccess');
    expect(added).toEqual([charge()]);
  });

  it('when the provider sends the payer there', async () => {
    const returnUrl = at(scheme, 'localhost');
    const { answer, added } = await addedToLedger(asked, () => paying({ returnUrl }));
    expect(answer.body.data.createPayment.payment.action).toMatchObject({ __typename: 'Redirect', url: returnUrl });
    expect(added).toEqual([charge()]);
  });

  it('when the provider has a QR code for it, nor when that is renewed', async () => {
    const returnUrl = at(scheme, 'localhost');
    const renewing =
      'mutation ($id: ID!) { refreshWalletQr(paymentId: $id) { ... on RefreshWalletQrSuccess { payment { action { ... on WalletQr { fallbackUrl } } } } } }';
    const { answer, added } = await addedToLedger(asked, async () => {
      const { body } = await paying({ paymentMethodType: 'CASHAPP', returnUrl });
      const { id } = body.data.createPayment.payment;
      return gateway.ask(renewing, { token: service(), variables: { id } });
    });
    expect(answer.body).toEqual({ data: { refreshWalletQr: { payment: { action: { fallbackUrl: returnUrl } } } } });
    expect(added).toEqual([
      charge(),
      expect.objectContaining({ url: expect.stringMatching(/qrcode\/refresh$/) as string }),
    ]);
  });
});

it('an address that the provider leads on to is not called: nobody knows what became of the payment', async () => {
  const { answer, added } = await addedToLedger(asked, () => paying({ paymentInstrumentId: 'pi_moved' }));
  expect(answer.body.data.createPayment).toMatchObject({
    __typename: 'PaymentOutcomeUnknown',
    code: 'OUTCOME_UNKNOWN',
  });
  expect(added).toEqual([charge()]);
  expect(trapped).toBe(0);
});

describe.each(SCHEMES)('an %s address of somebody else is not called, and nothing is charged,', (scheme) => {
  let payment: { id: string; orderId: string };
  beforeAll(async () => {
    payment = (await paying({ paymentMethodType: 'CASHAPP', returnUrl: at(scheme, 'localhost') })).body.data
      .createPayment.payment;
  });
  expectLedgerUnchanged(asked);
  afterEach(() => {
    expect(trapped).toBe(0);
  });

  const refused = (code: string) => ({
    errors: [expect.objectContaining({ extensions: expect.objectContaining({ code }) as unknown }) as unknown],
  });
  const NOT_ACCEPTED =
    'The access token is not accepted: its signature, issuer, audience, client or times are not what they must be. Nothing was executed.';

  it.each([
    ['jku', () => ({ jku: at(scheme) })],
    ['x5u', () => ({ x5u: at(scheme) })],
    ['kid', () => ({ kid: at(scheme) })],
  ])('from %s in a token’s header', async (_title, header) => {
    const token = gateway.issuer.forge({ header: header(), sign: signWith(foreign.privateKey) });
    const { status, body } = await paying({}, { authorization: `Bearer ${token}` });
    expect([status, body.errors?.map(({ message }) => message)]).toEqual([401, [NOT_ACCEPTED]]);
  });

  it('as the issuer that a token names', async () => {
    const token = gateway.issuer.token({ iss: at(scheme) });
    const { status, body } = await paying({}, { authorization: `Bearer ${token}` });
    expect([status, body.errors?.map(({ message }) => message)]).toEqual([401, [NOT_ACCEPTED]]);
  });

  it.each([
    ['x-forwarded-host'],
    ['x-forwarded-for'],
    ['forwarded'],
    ['origin'],
    ['referer'],
    ['x-original-url'],
    ['traceparent'],
  ])('from the header %s', async (name) => {
    const { body } = await paying({ idempotencyKey: 'short' }, { [name]: at(scheme) });
    expect(body.data.createPayment).toMatchObject({
      ...{ __typename: 'InvalidPaymentInput', issues: [{ rule: 'idempotencyKey.invalid' }] },
    });
  });

  it.each([
    ['an address to be fetched', () => `GET ${at(scheme)}`, 'HTTP/1.1 404 Not Found'],
    ['an address to be posted to', () => `POST ${at(scheme)}`, 'HTTP/1.1 404 Not Found'],
    ['a way to be opened', () => `CONNECT 127.0.0.1:${trapPort()}`, ''],
  ])('by a request for %s, as proxies take it', async (_title, line, told) => {
    const raw = await openRaw(Number(new URL(gateway.url).port));
    raw.send(requestText(line(), { Host: `127.0.0.1:${trapPort()}`, Connection: 'close' }));
    expect((await raw.ended()).split('\r\n')[0]).toBe(told);
  });

  it.each([
    ['as it stands', () => ({ callbackUrl: at(scheme) })],
    ['behind a listed name', () => ({ callbackUrl: `${scheme}://router.example@127.0.0.1:${trapPort()}/x` })],
    ['by the old name of the field', () => ({ callback_url: at(scheme) })],
  ])('back for a subscription: %s', async (_title, address) => {
    const subscription = { ...address(), subscriptionId: 's', verifier: 'v' };
    const query = 'subscription { paymentUpdated(id: "1") { id } }';
    const { status, body } = await post(gateway.url, JSON.stringify({ query, extensions: { subscription } }), {
      ...{ authorization: `Bearer ${service()}`, accept: 'application/json;callbackSpec=1.0' },
    });
    expect([status, body]).toEqual([400, refused('SUBSCRIPTION_CALLBACK_REFUSED')]);
  });

  it('from a webhook, though it is believed', async () => {
    const { id, orderId } = payment;
    const order = { orderId, metadata: { gateway_payment_id: id }, receiptUrl: at(scheme), url: at(scheme) };
    const event = wireEvent('order.succeeded', wireOrder({ ...order, returnUrl: at(scheme) }), {
      ...{ id: `event_${scheme}`, callbackUrl: at(scheme), created: Date.now() },
    });
    const signed = signedWebhook(event, { secret: WEBHOOK_SECRET, timestamp: String(Date.now()) });
    expect(await deliver(`${gateway.url}/webhooks/clink`, signed)).toEqual({ status: 200, body: '' });
    const { body } = await gateway.ask('query ($id: ID!) { payment(id: $id) { status } }', {
      ...{ token: service(), variables: { id } },
    });
    expect(body).toEqual({ data: { payment: { status: 'SUCCEEDED' } } });
  });
});

describe('the picture of a line', () => {
  const line = (imageUrl: string) => [{ name: 'Mug', unitAmount: '19.99', quantity: 1, imageUrl }];

  it('is not fetched from an https address, and the payment is made once', async () => {
    const { answer, added } = await addedToLedger(asked, () => paying({ priceDataList: line(at('https')) }));
    expect(answer.body.data.createPayment.__typename).toBe('CreatePaymentSuccess');
    expect([added, trapped]).toEqual([[charge(at('https'))], 0]);
  });

  it('is refused at an http address, and nothing is charged', async () => {
    const { answer, added } = await addedToLedger(asked, () => paying({ priceDataList: line(at('http')) }));
    expect(answer.body.data.createPayment).toMatchObject({
      __typename: 'InvalidPaymentInput',
      issues: [{ path: ['priceDataList', '0', 'imageUrl'], rule: 'priceDataList.invalid' }],
    });
    expect([added, trapped]).toEqual([[], 0]);
  });
});

it('the trap notices who comes, and nobody else has come late', async () => {
  await expect(fetch(at('http'))).rejects.toThrow();
  expect(trapped).toBe(1);
});
