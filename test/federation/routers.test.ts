import { composeSupergraph } from '../../examples/federation/compose-supergraph.js';
import { startApolloGateway } from '../../examples/federation/routers/apollo-gateway.js';
import { startHiveGateway } from '../../examples/federation/routers/hive-gateway.js';
import { startShopOrders, type RunningService } from '../../examples/federation/shop-orders/shop-orders.js';
import { startGateway, type Gateway } from '../support/gateway/gateway.js';
import { CREATE_PAYMENT, paymentInput, readLedger } from '../support/graphql-client.js';

/** Both routers as their packages come: they hide the messages of errors they don't know, and pass few headers on. */
const ROUTERS = [
  { name: '@apollo/gateway', start: startApolloGateway },
  { name: 'Hive Gateway', start: startHiveGateway },
];

/** More than any test but the one about it needs of one instrument. */
const MOST_PER_MINUTE = 30;

let gateway: Gateway;
let orders: RunningService;
let supergraphSdl: string;
beforeAll(async () => {
  gateway = await startGateway({
    env: {
      RECONCILE_INTERVAL_MS: '600000',
      RATE_LIMIT_PER_INSTRUMENT: String(MOST_PER_MINUTE),
    },
  });
  orders = await startShopOrders();
  supergraphSdl = await composeSupergraph([
    { name: 'payments', url: `${gateway.url}/graphql` },
    { name: 'shop-orders', url: orders.url },
  ]);
});
afterAll(async () => {
  await orders.close();
  await gateway.close();
});

describe.each(ROUTERS)('the graph behind $name', ({ name, start }) => {
  let router: RunningService;
  beforeAll(async () => {
    router = await start(supergraphSdl);
  });
  afterAll(() => router.close());

  it('makes a payment, and only one when the call is repeated', async () => {
    const input = paymentInput();
    const first = await pay(input);
    const repeated = await pay(input);
    expect(first).toMatchObject({
      __typename: 'CreatePaymentSuccess',
      replayed: false,
      payment: { status: 'SUCCEEDED', amount: { amount: '19.99', currency: 'USD' } },
    });
    expect(repeated).toMatchObject({ replayed: true, payment: { id: first.payment.id } });
    const { charges } = await readLedger(gateway.sandboxUrl);
    expect(charges.filter(({ gatewayPaymentId }) => gatewayPaymentId === first.payment.id)).toHaveLength(1);
  });

  it.each([
    ['pi_card_3ds', 'CARD', 'Redirect'],
    ['pi_wallet_qr', 'CASHAPP', 'WalletQr'],
    ['pi_form_post', 'CARD', 'FormPost'],
  ])('brings the action of %s to the payer', async (paymentInstrumentId, paymentMethodType, action) => {
    const { payment } = await pay(paymentInput({ paymentInstrumentId, paymentMethodType }));
    expect(payment).toMatchObject({ status: 'REQUIRES_ACTION', action: { __typename: action } });
  });

  it.each([
    ['InvalidPaymentInput', 'INVALID_INPUT', 'FIX_INPUT', { currency: 'usd', returnUrl: 'shop' }],
    ['PaymentRejected', 'PAYMENT_REJECTED', 'USE_NEW_KEY', { paymentInstrumentId: 'pi_refused' }],
    ['PaymentOutcomeUnknown', 'OUTCOME_UNKNOWN', 'WAIT_AND_QUERY', { paymentInstrumentId: 'pi_reset_charged' }],
    ['ProviderUnavailable', 'PROVIDER_UNAVAILABLE', 'RETRY_SAME_KEY', { paymentInstrumentId: 'pi_unauthorized' }],
  ])('loses nothing of %s', async (type, code, retry, changes) => {
    const result = await pay(paymentInput(changes));
    expect(result).toMatchObject({ __typename: type, code, retry });
    expect(result.message.length).toBeGreaterThan(20);
    expect(result.requestId).toMatch(/^[\w-]{10,}$/);
  });

  it('loses nothing of IdempotencyConflict', async () => {
    const input = paymentInput();
    const { payment } = await pay(input);
    expect(await pay({ ...input, amount: '20.00' })).toMatchObject({
      __typename: 'IdempotencyConflict',
      ...{ code: 'KEY_REUSED', retry: 'DO_NOT_RETRY' },
      conflicting: { id: payment.id },
    });
  });

  it('loses nothing of RateLimited', async () => {
    const paymentInstrumentId = `pi_of_many_${name}`;
    // One more than two minutes take: a new one may begin on the way.
    const payments = Array.from({ length: 2 * MOST_PER_MINUTE + 1 }, () => pay(paymentInput({ paymentInstrumentId })));
    const results = await Promise.all(payments);
    expect(results.find(({ __typename }) => __typename === 'RateLimited')).toMatchObject({
      ...{ code: 'RATE_LIMITED', retry: 'RETRY_SAME_KEY' },
      ...{ message: expect.stringContaining('Too many payments'), requestId: expect.any(String) },
    });
  });

  it('names each broken rule with its path', async () => {
    const { issues } = await pay(paymentInput({ currency: 'usd', returnUrl: 'shop' }));
    expect(issues.map(({ path, rule }: Issue) => [...path, rule])).toEqual([
      ['currency', 'currency.unknown'],
      ['returnUrl', 'returnUrl.invalid'],
    ]);
  });

  it('joins from the payment to the shop’s order and customer', async () => {
    const { payment } = await pay(paymentInput({ merchantReferenceId: 'order-1001' }));
    const { data, errors } = await ask(
      'query ($id: ID!) { payment(id: $id) { status customer { id isRegular } order { number title total { amount currency } } } }',
      { id: payment.id },
    );
    expect(errors).toBeUndefined();
    expect(data.payment).toEqual({
      status: 'SUCCEEDED',
      customer: { id: expect.stringMatching(/^cus_/), isRegular: true },
      order: { number: 'order-1001', title: 'Two mugs', total: { amount: '19.99', currency: 'USD' } },
    });
  });

  it('joins from the payment of a catalogue price to the shop’s product', async () => {
    const price = { priceId: 'price_euro', productId: 'prd_notebook', amount: undefined, currency: undefined };
    const { payment } = await pay(paymentInput(price));
    const { data, errors } = await ask(
      'query ($id: ID!) { payment(id: $id) { amount { amount currency } product { id pageUrl } } }',
      { id: payment.id },
    );
    expect(errors).toBeUndefined();
    expect(data.payment).toEqual({
      amount: { amount: '49.00', currency: 'EUR' },
      product: { id: 'prd_notebook', pageUrl: 'https://shop.example/products/prd_notebook' },
    });
  });

  it('joins from the shop’s order to its payments', async () => {
    const { payment } = await pay(paymentInput({ merchantReferenceId: 'order-1002' }));
    await ask('mutation ($id: ID!) { recordPayment(orderNumber: "order-1002", paymentId: $id) { number } }', {
      id: payment.id,
    });
    const { data, errors } = await ask(
      '{ order(number: "order-1002") { title payments { id status orderId metadata { key } order { number } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data.order.payments).toContainEqual({
      id: payment.id,
      status: 'SUCCEEDED',
      orderId: payment.orderId,
      metadata: [],
      order: { number: 'order-1002' },
    });
  });

  it('pages through payments', async () => {
    const query =
      'query ($after: String) { payments(first: 1, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }';
    const first = (await ask(query)).data.payments;
    const second = (await ask(query, { after: first.pageInfo.endCursor })).data.payments;
    expect(first.pageInfo.hasNextPage).toBe(true);
    expect(second.edges[0].node.id).not.toBe(first.edges[0].node.id);
  });

  it('answers null for a payment that does not exist', async () => {
    expect(await ask('{ payment(id: "pay_of_nobody") { id order { number } } }')).toEqual({ data: { payment: null } });
  });

  async function pay(input: Record<string, unknown>): Promise<Json> {
    const { data, errors } = await ask(CREATE_PAYMENT, { input });
    expect(errors).toBeUndefined();
    return data.createPayment;
  }

  async function ask(query: string, variables: unknown = {}): Promise<{ data: Json; errors?: unknown }> {
    const response = await fetch(router.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as { data: Json; errors?: unknown };
  }
});

describe('traces', () => {
  it('are sent to a router that asks for them, and to nobody else', async () => {
    const traced = await ask({ 'apollo-federation-include-trace': 'ftv1' });
    const untraced = await ask({});
    expect(traced).toEqual({ data: { __typename: 'Query' }, extensions: { ftv1: expect.any(String) } });
    expect(untraced).toEqual({ data: { __typename: 'Query' } });
  });

  async function ask(headers: Record<string, string>): Promise<unknown> {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    return response.json();
  }
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests reach into answers by path
type Json = any;

interface Issue {
  readonly path: readonly string[];
  readonly rule: string;
}
