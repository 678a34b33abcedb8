import { composeSupergraph } from '../../examples/federation/compose-supergraph.js';
import { startApolloGateway } from '../../examples/federation/routers/apollo-gateway.js';
import { startHiveGateway } from '../../examples/federation/routers/hive-gateway.js';
import { forPayments } from '../../examples/federation/routers/router-options.js';
import { startShopOrders, type RunningService } from '../../examples/federation/shop-orders/shop-orders.js';
import { startGateway, type Gateway } from '../support/gateway/gateway.js';
import { CREATE_PAYMENT, paymentInput } from '../support/graphql-client.js';

const ROUTERS = [
  { name: '@apollo/gateway', start: startApolloGateway },
  { name: 'Hive Gateway', start: startHiveGateway },
];
const ROUTER_SECRET = 'a-secret-of-the-router-0123456789';

const PAYMENT = 'query ($id: ID!) { payment(id: $id) { id status order { number } } }';
const ORDER = '{ order(number: "order-1001") { title payments { id status } } }';
const RECORD = 'mutation ($id: ID!) { recordPayment(orderNumber: "order-1001", paymentId: $id) { number } }';

let gateway: Gateway<'tokens'>;
let orders: RunningService;
let supergraphSdl: string;
let alice: string;
let bob: string;
beforeAll(async () => {
  gateway = await startGateway({ with: ['tokens'], env: { ROUTER_SECRET } });
  orders = await startShopOrders();
  alice = gateway.issuer.token();
  bob = gateway.issuer.token({ sub: 'bob' });
  supergraphSdl = await composeSupergraph([
    {
      ...{ name: 'payments', url: `${gateway.url}/graphql` },
      headers: { authorization: `Bearer ${alice}`, 'x-router-secret': ROUTER_SECRET },
    },
    { name: 'shop-orders', url: orders.url },
  ]);
});
afterAll(async () => {
  await orders.close();
  await gateway.close();
});

describe.each(ROUTERS)('callers behind $name', ({ start }) => {
  let router: RunningService;
  let forgetful: RunningService;
  beforeAll(async () => {
    router = await start(supergraphSdl, { headersTo: forPayments(ROUTER_SECRET) });
    forgetful = await start(supergraphSdl);
  });
  afterAll(() => Promise.all([router.close(), forgetful.close()]));

  it('see their own payments, by themselves and through the shop’s order', async () => {
    const id = await payAs(alice);
    expect(await ask(router, PAYMENT, { token: alice, variables: { id } })).toEqual({
      data: { payment: { id, status: 'SUCCEEDED', order: { number: 'order-1001' } } },
    });
    const { data } = await ask(router, ORDER, { token: alice });
    expect(data.order.payments).toContainEqual({ id, status: 'SUCCEEDED' });
  });

  it('get null for the payments of somebody else', async () => {
    const id = await payAs(alice);
    expect(await ask(router, PAYMENT, { token: bob, variables: { id } })).toEqual({ data: { payment: null } });
    const { data } = await ask(router, ORDER, { token: bob });
    expect(data.order.title).toBe('Two mugs');
    expect(new Set(data.order.payments)).toEqual(new Set([null]));
  });

  it('are told by a code that a token is missing, and nothing is charged', async () => {
    const before = await gateway.charges();
    for (const [query, variables] of [
      [CREATE_PAYMENT, { input: paymentInput() }],
      [PAYMENT, { id: await payAs(alice) }],
    ] as const) {
      const { errors } = await ask(router, query, { variables });
      expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    }
    expect(await gateway.charges()).toBe(before + 1);
  });

  it('are turned away where the router passes no headers on, which is its default', async () => {
    const before = await gateway.charges();
    const input = paymentInput({ referenceCustomerId: undefined });
    const { errors } = await ask(forgetful, CREATE_PAYMENT, { token: alice, variables: { input } });
    expect(JSON.stringify(errors)).toContain('"code":"ROUTER_REQUIRED"');
    expect(JSON.stringify(errors)).toContain('This server takes requests from its router only. Nothing was executed.');
    expect(await gateway.charges()).toBe(before);
  });

  /** Pays for the shop's order through the router, and has the shop note it. */
  async function payAs(token: string): Promise<string> {
    const input = paymentInput({ referenceCustomerId: undefined, merchantReferenceId: 'order-1001' });
    const { data } = await ask(router, CREATE_PAYMENT, { token, variables: { input } });
    const { id } = data.createPayment.payment;
    await ask(router, RECORD, { token, variables: { id } });
    return id;
  }

  async function ask(
    { url }: RunningService,
    query: string,
    { token, variables = {} }: { readonly token?: string; readonly variables?: unknown } = {},
  ): Promise<Json> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
    return response.json();
  }
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests reach into answers by path
type Json = any;
