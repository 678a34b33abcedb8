import { sentenceOf, type InputRuleId } from '../../../src/graphql/input/input-rules.js';
import { startCallbackRouter, type CallbackRouter } from '../../http/subscriptions/callback-router.js';
import { openEventStream } from '../../http/subscriptions/event-stream-client.js';
import { openSocket, subscribe } from '../../http/subscriptions/websocket-client.js';
import { addedToLedger, expectLedgerUnchanged, ordersAt } from '../support/ledger.js';
import { startGateway, type Gateway } from '../../support/gateway/gateway.js';
import { ownInput } from '../../support/graphql-client.js';

const KEY = 'key-of-alice-0001';

interface Victim {
  readonly id: string;
  readonly orderId: string;
  /** Of a newer payment: a list that went on after it would show this one. */
  readonly cursor: string;
}

interface Intrusion {
  readonly title: string;
  readonly query: string;
  variables(victim: Victim): Record<string, unknown>;
  /** The same question about something that does not exist. */
  readonly unknown: Record<string, unknown>;
  /** What the intruder is told, in either case. */
  readonly told: unknown;
}

const ENTITY = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Payment { id status } } }';
const LIST = 'query ($x: PaymentFilter) { payments(first: 100, filter: $x) { edges { node { id } } } }';
const NO_PAYMENT = `pay_${'0'.repeat(32)}`;
const NOT_FOUND = 'There is no payment with this id, or it is somebody else’s.';
const EMPTY = { payments: { edges: [] } };
const reference = (key: Record<string, unknown>) => ({ r: [{ __typename: 'Payment', ...key }] });

const INTRUSIONS: readonly Intrusion[] = [
  {
    title: 'by its id',
    query: 'query ($id: ID!) { payment(id: $id) { id status } }',
    variables: ({ id }) => ({ id }),
    unknown: { id: NO_PAYMENT },
    told: { payment: null },
  },
  {
    title: 'by its order id',
    query: 'query ($id: ID!) { paymentByOrderId(orderId: $id) { id status } }',
    variables: ({ orderId }) => ({ id: orderId }),
    unknown: { id: 'order_none' },
    told: { paymentByOrderId: null },
  },
  {
    title: 'by its idempotency key',
    query: 'query ($id: ID!) { paymentByIdempotencyKey(idempotencyKey: $id) { id status } }',
    variables: () => ({ id: KEY }),
    unknown: { id: 'key-of-nobody-0001' },
    told: { paymentByIdempotencyKey: null },
  },
  {
    title: 'as an entity by its id',
    query: ENTITY,
    variables: ({ id }) => reference({ id }),
    unknown: reference({ id: NO_PAYMENT }),
    told: { _entities: [null] },
  },
  {
    title: 'as an entity by its order id',
    query: ENTITY,
    variables: ({ orderId }) => reference({ orderId }),
    unknown: reference({ orderId: 'order_none' }),
    told: { _entities: [null] },
  },
  {
    title: 'as an entity that brings fields along',
    query: ENTITY,
    variables: ({ id }) => reference({ id, scope: 'customer:alice', status: 'SUCCEEDED' }),
    unknown: reference({ id: NO_PAYMENT }),
    told: { _entities: [null] },
  },
  {
    title: 'in the whole list',
    query: LIST,
    variables: () => ({}),
    unknown: { x: { merchantReferenceId: 'cart-of-nobody' } },
    told: EMPTY,
  },
  {
    title: 'in the list, by its reference',
    query: LIST,
    variables: ({ id }) => ({ x: { merchantReferenceId: id } }),
    unknown: { x: { merchantReferenceId: 'cart-of-nobody' } },
    told: EMPTY,
  },
  {
    title: 'after a cursor of its owner',
    query: 'query ($x: String) { payments(first: 100, after: $x) { edges { node { id } } } }',
    variables: ({ cursor }) => ({ x: cursor }),
    unknown: { x: null },
    told: EMPTY,
  },
  {
    title: 'by renewing its QR code',
    query:
      'mutation ($id: ID!) { refreshWalletQr(paymentId: $id) { __typename ... on RefreshWalletQrSuccess { payment { id } } ... on PaymentError { code message } } }',
    variables: ({ id }) => ({ id }),
    unknown: { id: NO_PAYMENT },
    told: { refreshWalletQr: { __typename: 'PaymentNotFound', code: 'PAYMENT_NOT_FOUND', message: NOT_FOUND } },
  },
];

let gateway: Gateway<'tokens'>;
let router: CallbackRouter;
let victim: Victim;
let alice: string;
let mallory: string;
beforeAll(async () => {
  router = await startCallbackRouter();
  gateway = await startGateway({ with: ['tokens'], env: { SUBSCRIPTION_CALLBACK_ORIGINS: router.origin } });
  alice = gateway.issuer.token({ sub: 'alice' });
  mallory = gateway.issuer.token({ sub: 'mallory' });
  const waiting = { paymentInstrumentId: 'pi_wallet_qr', paymentMethodType: 'CASHAPP' };
  const { payment } = await gateway.pay(alice, { idempotencyKey: KEY, ...waiting });
  await gateway.pay(alice);
  const list = await gateway.ask('{ payments { edges { cursor } } }', { token: alice });
  victim = { id: payment.id, orderId: payment.orderId, cursor: list.body.data.payments.edges[0].cursor };
});
afterAll(async () => {
  await gateway.close();
  await router.close();
});

const orders = () => ordersAt(gateway.sandboxUrl);

describe('other people’s payments', () => {
  expectLedgerUnchanged(orders);

  it.each(INTRUSIONS)('look like none $title, while their owner sees them', async (intrusion) => {
    const { query, variables, unknown, told } = intrusion;
    const found = await gateway.ask(query, { token: mallory, variables: variables(victim) });
    const none = await gateway.ask(query, { token: mallory, variables: unknown });
    const owned = await gateway.ask(query, { token: alice, variables: variables(victim) });
    expect([found.status, found.body]).toEqual([200, { data: told }]);
    expect(none.body).toEqual({ data: told });
    expect(owned.text).toContain(victim.id);
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
});

describe.each(['somebody’s', 'nobody’s'])('whoever watches %s payment', (whose) => {
  const WATCH = 'subscription ($id: ID!) { paymentUpdated(id: $id) { id } }';
  const watching = () => ({ query: WATCH, variables: { id: whose === 'nobody’s' ? NO_PAYMENT : victim.id } });
  /** One error, the same for both. */
  const told = {
    data: null,
    errors: [expect.objectContaining({ message: NOT_FOUND, path: ['paymentUpdated'] }) as unknown],
  };
  const headers = () => ({ authorization: `Bearer ${mallory}` });

  expectLedgerUnchanged(orders);

  it('is told of none by the event stream', async () => {
    const stream = await openEventStream(`${gateway.url}/graphql`, watching(), { headers: headers() });
    expect(await stream.next()).toEqual({ event: 'next', data: told });
    expect(await stream.next()).toEqual({ event: 'complete', data: null });
    expect(await stream.next()).toBeNull();
  });

  it('is told of none by the WebSocket', async () => {
    const { query, variables } = watching();
    const client = await openSocket(`${gateway.url.replace('http', 'ws')}/graphql`, { headers: headers() });
    client.send({ type: 'connection_init' });
    expect(await client.next()).toEqual({ type: 'connection_ack' });
    client.send(subscribe('1', query, variables));
    expect(await client.next()).toEqual({ id: '1', type: 'next', payload: told });
    expect(await client.next()).toEqual({ id: '1', type: 'complete' });
    client.socket.close();
    await client.closed;
  });

  it('is told of none by callback', async () => {
    const options = router.newSubscription();
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', accept: 'application/json;callbackSpec=1.0' },
        ...headers(),
      },
      body: JSON.stringify({ ...watching(), extensions: { subscription: options } }),
    });
    expect(await response.json()).toEqual({ data: null });
    expect((await router.next(options.subscriptionId)).body).toMatchObject({ action: 'check' });
    expect((await router.next(options.subscriptionId)).body).toMatchObject({ action: 'next', payload: told });
    expect((await router.next(options.subscriptionId)).body).toMatchObject({ action: 'complete' });
  });
});

describe('a payment in somebody else’s name', () => {
  expectLedgerUnchanged(orders);

  const refused = (rule: InputRuleId, ...path: string[]) => ({
    __typename: 'InvalidPaymentInput',
    issues: [{ path, rule, message: sentenceOf(rule, path) }],
  });

  it.each([
    ['referenceCustomerId', { referenceCustomerId: 'alice' }],
    ['customerId', { customerId: 'cus_of_alice' }],
    ['customerEmail', { customerEmail: 'alice@shop.example' }],
  ])('can not be made by naming the customer in %s', async (field, named) => {
    expect(await gateway.pay(mallory, named)).toMatchObject(refused('customer.notYours', field));
  });

  it('can not be passed off as another’s by its reference', async () => {
    expect(await gateway.pay(mallory, { merchantReferenceId: victim.id })).toMatchObject(
      refused('merchantReferenceId.reserved', 'merchantReferenceId'),
    );
  });

  it.each(['gateway_payment_id', 'Gateway_Payment_ID', ' gateway_payment_id'])(
    'can not be passed off as another’s by the metadata key "%s"',
    async (key) => {
      expect(await gateway.pay(mallory, { metadata: [{ key, value: victim.id }] })).toMatchObject(
        refused('metadata.reservedKey', 'metadata', '0', 'key'),
      );
    },
  );
});

it('another’s idempotency key pays for oneself, once, and shows nothing of the other’s payment', async () => {
  const { answer, added } = await addedToLedger(orders, () => gateway.pay(mallory, { idempotencyKey: KEY }));
  expect(answer).toMatchObject({ replayed: false, payment: { status: 'SUCCEEDED' } });
  expect(answer.payment.id).not.toBe(victim.id);
  expect(added).toMatchObject([{ status: 'success', gatewayPaymentId: answer.payment.id }]);
});

it('a key that two people have answers the repeated call of each with their own payment, and charges no one again', async () => {
  const idempotencyKey = 'key-of-both-of-them-0001';
  const input = ownInput({ idempotencyKey });
  const pay = (token: string) => gateway.pay(token, input);
  const first = [await pay(alice), await pay(mallory)];

  const { answer: again, added } = await addedToLedger(orders, async () => [await pay(alice), await pay(mallory)]);

  expect(first[0].payment.id).not.toBe(first[1].payment.id);
  expect(again).toMatchObject(first.map(({ payment: { id } }) => ({ replayed: true, payment: { id } })));
  expect(added).toEqual([]);
});
