import { startSecuredGateway, type SecuredGateway } from '../support/secured-gateway.js';

const KEY = 'key-of-alice-0001';

interface Victim {
  readonly id: string;
  readonly orderId: string;
  readonly cursor: string;
}

interface Intrusion {
  readonly title: string;
  readonly query: string;
  variables(victim: Victim): Record<string, unknown>;
  /** The same question about something that does not exist. */
  readonly unknown: Record<string, unknown>;
}

const ENTITY = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Payment { id status } } }';
const NO_PAYMENT = `pay_${'0'.repeat(32)}`;
const reference = (key: Record<string, unknown>) => ({ r: [{ __typename: 'Payment', ...key }] });

const INTRUSIONS: readonly Intrusion[] = [
  {
    title: 'by its id',
    query: 'query ($id: ID!) { payment(id: $id) { id status } }',
    variables: ({ id }) => ({ id }),
    unknown: { id: NO_PAYMENT },
  },
  {
    title: 'by its order id',
    query: 'query ($id: ID!) { paymentByOrderId(orderId: $id) { id status } }',
    variables: ({ orderId }) => ({ id: orderId }),
    unknown: { id: 'order_none' },
  },
  {
    title: 'by its idempotency key',
    query: 'query ($id: ID!) { paymentByIdempotencyKey(idempotencyKey: $id) { id status } }',
    variables: () => ({ id: KEY }),
    unknown: { id: 'key-of-nobody-0001' },
  },
  {
    title: 'as an entity by its id',
    query: ENTITY,
    variables: ({ id }) => reference({ id }),
    unknown: reference({ id: NO_PAYMENT }),
  },
  {
    title: 'as an entity by its order id',
    query: ENTITY,
    variables: ({ orderId }) => reference({ orderId }),
    unknown: reference({ orderId: 'order_none' }),
  },
  {
    title: 'as an entity that brings fields along',
    query: ENTITY,
    variables: ({ id }) => reference({ id, scope: 'customer:alice', status: 'SUCCEEDED' }),
    unknown: reference({ id: NO_PAYMENT }),
  },
  {
    title: 'in the list',
    query: 'query ($x: String) { payments(first: 100, filter: { merchantReferenceId: $x }) { edges { node { id } } } }',
    variables: ({ id }) => ({ x: id }),
    unknown: { x: 'cart-of-nobody' },
  },
  {
    title: 'after a cursor of its owner',
    query: 'query ($x: String) { payments(first: 100, after: $x) { edges { node { id } } } }',
    variables: ({ cursor }) => ({ x: cursor }),
    unknown: { x: null },
  },
  {
    title: 'by renewing its QR code',
    query:
      'mutation ($id: ID!) { refreshWalletQr(paymentId: $id) { __typename ... on PaymentError { code message } } }',
    variables: ({ id }) => ({ id }),
    unknown: { id: NO_PAYMENT },
  },
];

describe('other people’s payments', () => {
  let gateway: SecuredGateway;
  let victim: Victim;
  beforeAll(async () => {
    gateway = await startSecuredGateway();
    const alice = gateway.issuer.token({ sub: 'alice' });
    const { payment } = await gateway.pay(alice, { idempotencyKey: KEY, metadata: [{ key: 'cart', value: '7' }] });
    const list = await gateway.ask('{ payments { edges { cursor } } }', { token: alice });
    victim = { id: payment.id, orderId: payment.orderId, cursor: list.body.data.payments.edges[0].cursor };
  });
  afterAll(() => gateway.close());

  it.each(INTRUSIONS)('look like none $title', async ({ query, variables, unknown }) => {
    const token = gateway.issuer.token({ sub: 'mallory' });
    const found = await gateway.ask(query, { token, variables: variables(victim) });
    const none = await gateway.ask(query, { token, variables: unknown });
    expect(found.status).toBe(200);
    expect(found.body).toEqual(none.body);
    expect(found.text).not.toContain(victim.id);
    expect(await gateway.charges()).toBe(1);
  });

  it.each([
    ['a client of the same name', { client_id: 'alice', scope: 'payments:read payments:any-customer' }],
    ['a service that may pay for everybody', { client_id: 'shop', scope: 'payments:read payments:any-customer' }],
    ['another spelling', { sub: 'Alice' }],
    ['a name with a blank behind', { sub: 'alice ' }],
    ['letters that look alike', { sub: 'аlice' }],
    ['a name that ends alike', { sub: 'x|alice' }],
  ])('are not shown to %s', async (_title, claims) => {
    const token = gateway.issuer.token(claims);
    const { body } = await gateway.ask('query ($id: ID!) { payment(id: $id) { id } }', {
      ...{ token, variables: { id: victim.id } },
    });
    expect(body).toEqual({ data: { payment: null } });
  });

  it.each([['id'], ['nobody']])('send nothing to who watches (%s)', async (which) => {
    const id = which === 'id' ? victim.id : NO_PAYMENT;
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', accept: 'text/event-stream' },
        authorization: `Bearer ${gateway.issuer.token({ sub: 'mallory' })}`,
      },
      body: JSON.stringify({ query: 'subscription ($id: ID!) { paymentUpdated(id: $id) { id } }', variables: { id } }),
    });
    const text = await response.text();
    expect(text).toContain('"code":"PAYMENT_NOT_FOUND"');
    expect(text).not.toContain(victim.id);
  });

  it.each([
    ['referenceCustomerId', { referenceCustomerId: 'alice' }],
    ['customerId', { customerId: 'cus_of_alice' }],
    ['customerEmail', { customerEmail: 'alice@shop.example' }],
  ])('can not be made by naming the customer in %s', async (field, named) => {
    const result = await gateway.pay(gateway.issuer.token({ sub: 'mallory' }), named);
    expect(result).toMatchObject({
      __typename: 'InvalidPaymentInput',
      issues: [
        {
          path: [field],
          rule: 'customer.notYours',
          message: `${field} must be left out: your access token says which customer the payment is for.`,
        },
      ],
    });
    expect(await gateway.charges()).toBe(1);
  });
});
