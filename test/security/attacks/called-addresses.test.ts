import { createServer, type AddressInfo, type Server } from 'node:net';
import { answerJson, startFakeClink, type FakeClink } from '../../clink/support/fake-clink.js';
import { CREATE_PAYMENT, paymentInput } from '../../support/graphql-client.js';
import { deliver, signedWebhook, wireEvent, wireOrder } from '../../support/signed-webhook.js';
import { newKey, signWith } from '../support/issuer.js';
import { post, startSecuredGateway, type SecuredGateway } from '../support/secured-gateway.js';

const WEBHOOK_SECRET = 'whsec_of_the_trap';
const foreign = newKey('foreign');

/** Somebody's machine, where a connection of the gateway would be noticed before a word is said, whatever the scheme. */
let trap: Server;
let trapped = 0;
let gateway: SecuredGateway;
let clink: FakeClink;
beforeAll(async () => {
  trap = createServer((socket) => {
    trapped += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  clink = await startFakeClink((response, { body }) => {
    answerJson(response, { code: 200, msg: 'success', data: answerWith(addressesOf(body)) });
  });
  gateway = await startSecuredGateway({
    ...{ CLINK_API_KEY: 'sk_test_trap', CLINK_BASE_URL: clink.baseUrl, CLINK_WEBHOOK_SECRETS: WEBHOOK_SECRET },
    ...{ SUBSCRIPTION_CALLBACK_ORIGINS: 'https://router.example', RECONCILE_INTERVAL_MS: '50' },
  });
}, 60_000);
afterAll(async () => {
  await gateway.close();
  await clink.close();
  await new Promise((resolve) => trap.close(resolve));
});

const at = (scheme: 'http' | 'https', host = '127.0.0.1'): string =>
  `${scheme}://${host}:${(trap.address() as AddressInfo).port}/x`;

/** The address that a payment's returnUrl names, for the provider to put into its answer. */
const addressesOf = (body: string): string => /"returnUrl":"([^"]+)"/.exec(body)?.[1] ?? '';

const answerWith = (address: string): object => ({
  ...{ orderId: `order_${Math.random()}`, sessionId: 'sess_1', status: 5 },
  action: {
    ...{ redirectUrl: address, method: 'GET', paymentMethodType: 'CASHAPP' },
    walletHandleRedirectOrDisplayQrCode: {
      ...{ imageUrlPng: address, imageUrlSvg: address, hostedInstructionsUrl: address, mobileAuthUrl: address },
      ...{ fallbackUrl: address, packageName: address, expiresAt: Date.now() + 60_000 },
    },
  },
});

const service = (): string =>
  gateway.issuer.token({ client_id: 'shop', scope: 'payments:read payments:write payments:any-customer' });

const paying = (changes: Record<string, unknown>, headers: Record<string, string> = {}) =>
  post(gateway.url, JSON.stringify({ query: CREATE_PAYMENT, variables: { input: paymentInput(changes) } }), {
    authorization: `Bearer ${service()}`,
    ...headers,
  });

/** How often the provider was asked to charge. */
const charges = (): number => clink.requests.filter(({ method }) => method === 'POST').length;

describe.each([['http'], ['https']] as const)('an %s address of somebody else', (scheme) => {
  const line = (imageUrl: string) => [{ name: 'Mug', unitAmount: '19.99', quantity: 1, imageUrl }];
  it.each([
    ['returnUrl', () => ({ returnUrl: at(scheme, 'localhost') })],
    ['the imageUrl of a line', () => ({ priceDataList: line(at(scheme)) })],
    ['a metadata value', () => ({ metadata: [{ key: 'url', value: at(scheme) }] })],
    ['merchantReferenceId', () => ({ merchantReferenceId: at(scheme) })],
    ['promotionCode', () => ({ promotionCode: at(scheme) })],
  ])('is not called from %s, and the payment is made once or not at all', async (_title, changes) => {
    const before = charges();
    const { body } = await paying({ paymentMethodType: 'CASHAPP', ...changes() });
    const { __typename } = body.data.createPayment as { __typename: string };
    expect(['CreatePaymentSuccess', 'InvalidPaymentInput']).toContain(__typename);
    expect(charges() - before).toBe(__typename === 'CreatePaymentSuccess' ? 1 : 0);
    expect(trapped).toBe(0);
  });

  it.each([
    ['jku', () => ({ jku: at(scheme) })],
    ['x5u', () => ({ x5u: at(scheme) })],
    ['kid', () => ({ kid: at(scheme) })],
  ])('is not called from %s in a token’s header', async (_title, header) => {
    const before = charges();
    const token = gateway.issuer.forge({ header: header(), sign: signWith(foreign.privateKey) });
    const { status } = await paying({}, { authorization: `Bearer ${token}` });
    expect([status, charges(), trapped]).toEqual([401, before, 0]);
  });

  it('is not called as the issuer that a token names', async () => {
    const before = charges();
    const token = gateway.issuer.token({ iss: at(scheme) });
    const { status } = await paying({}, { authorization: `Bearer ${token}` });
    expect([status, charges(), trapped]).toEqual([401, before, 0]);
  });

  it.each([['x-forwarded-host'], ['forwarded'], ['origin'], ['referer'], ['x-original-url'], ['traceparent']])(
    'is not called from the header %s',
    async (name) => {
      const before = charges();
      await paying({ idempotencyKey: 'short' }, { [name]: at(scheme) });
      expect([charges(), trapped]).toEqual([before, 0]);
    },
  );

  it('is not called back for a subscription', async () => {
    const subscription = { callbackUrl: at(scheme), subscriptionId: 's', verifier: 'v' };
    const query = 'subscription { paymentUpdated(id: "1") { id } }';
    const { text } = await post(gateway.url, JSON.stringify({ query, extensions: { subscription } }), {
      ...{ authorization: `Bearer ${service()}`, accept: 'application/json;callbackSpec=1.0' },
    });
    expect(text).toContain('SUBSCRIPTION_CALLBACK_REFUSED');
    expect(trapped).toBe(0);
  });

  it('is not called when the provider sends the payer there, nor when its QR code is renewed', async () => {
    const { body } = await paying({ paymentMethodType: 'CASHAPP', returnUrl: at('http', 'localhost') });
    const { id } = body.data.createPayment.payment;
    const query = 'mutation ($id: ID!) { refreshWalletQr(paymentId: $id) { __typename } }';
    const { body: renewed } = await gateway.ask(query, { token: service(), variables: { id } });
    expect(renewed.errors).toBeUndefined();
    expect(trapped).toBe(0);
  });

  it('is not called from a webhook', async () => {
    const addresses = { returnUrl: at(scheme), receiptUrl: at(scheme), url: at(scheme) };
    const event = wireEvent('order.succeeded', wireOrder(addresses), {
      id: `event_${scheme}`,
      callbackUrl: at(scheme),
    });
    const signed = signedWebhook(event, { secret: WEBHOOK_SECRET, timestamp: String(Date.now()) });
    expect((await deliver(`${gateway.url}/webhooks/clink`, signed)).status).toBe(200);
    expect(trapped).toBe(0);
  });
});

it('the trap notices who comes', async () => {
  await expect(fetch(at('http'))).rejects.toThrow();
  expect(trapped).toBe(1);
});
