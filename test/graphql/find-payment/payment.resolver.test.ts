import { StoreUnavailableError } from '../../../src/payments/model/errors.js';
import {
  PaymentByIdempotencyKeyDocument,
  PaymentByOrderIdDocument,
  PaymentDocument,
} from '../../generated/operations.js';
import { graphqlFixture, paymentWith, REQUEST_ID } from '../graphql-fixture.js';

const PAYMENTS = [paymentWith(), paymentWith({ id: 'pay_2', orderId: 'order_2' })];
const KEY = 'key-0123456789abcdef';

describe('a payment is found', () => {
  it('by its id', async () => {
    const { run } = graphqlFixture({ payments: PAYMENTS });
    const { data } = await run(PaymentDocument, { id: 'pay_2' });
    expect(data?.payment?.orderId).toBe('order_2');
  });

  it('by its order id', async () => {
    const { run } = graphqlFixture({ payments: PAYMENTS });
    const { data } = await run(PaymentByOrderIdDocument, { orderId: 'order_2' });
    expect(data?.paymentByOrderId?.id).toBe('pay_2');
  });

  it('by its idempotency key', async () => {
    const { run } = graphqlFixture({ payments: PAYMENTS });
    const { data } = await run(PaymentByIdempotencyKeyDocument, { idempotencyKey: KEY });
    expect(data?.paymentByIdempotencyKey?.id).toBe('pay_1');
  });

  it('not, which is null', async () => {
    const { send } = graphqlFixture({ payments: PAYMENTS });
    const answer = await send(
      '{ payment(id: "pay_9") { id } paymentByOrderId(orderId: "x") { id } paymentByIdempotencyKey(idempotencyKey: ' +
        '"no-such-key-0123456") { id } }',
    );
    expect(answer).toEqual({
      data: { payment: null, paymentByOrderId: null, paymentByIdempotencyKey: null },
      errors: [],
    });
  });

  it.each(['', '  ', 'x'.repeat(256), 'pay_\u0000', '\ud800'])(
    'nowhere by the impossible id %j, without asking',
    async (id) => {
      const { send, lookups } = graphqlFixture({ payments: PAYMENTS });
      const answer = await send(
        'query ($id: ID!) { payment(id: $id) { id } paymentByOrderId(orderId: $id) { id } ' +
          'paymentByIdempotencyKey(idempotencyKey: $id) { id } }',
        { id },
      );
      expect(answer.data).toEqual({ payment: null, paymentByOrderId: null, paymentByIdempotencyKey: null });
      expect(lookups.filter(({ by }) => by !== 'idempotencyKey')).toEqual([]);
    },
  );
});

describe('lookups of one request', () => {
  it('become one call for each kind of key, without repeats', async () => {
    const { send, lookups } = graphqlFixture({ payments: PAYMENTS });
    const { data } = await send(
      '{ a: payment(id: "pay_1") { id } b: payment(id: "pay_2") { id } c: payment(id: "pay_1") { id } d: ' +
        'paymentByOrderId(orderId: "order_2") { id } }',
    );
    expect(data).toEqual({ a: { id: 'pay_1' }, b: { id: 'pay_2' }, c: { id: 'pay_1' }, d: { id: 'pay_2' } });
    expect(lookups).toEqual([
      { by: 'id', keys: ['pay_1', 'pay_2'] },
      { by: 'orderId', keys: ['order_2'] },
    ]);
  });
});

describe('a router', () => {
  const ENTITIES =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Payment { id orderId ' +
    'status } } }';

  it('finds payments by either key, null where there is none, in calls of their own kind', async () => {
    const { send, lookups } = graphqlFixture({ payments: PAYMENTS });
    const representations = [
      { __typename: 'Payment', id: 'pay_1' },
      { __typename: 'Payment', orderId: 'order_2' },
      { __typename: 'Payment', id: 'pay_9' },
      { __typename: 'Payment', id: 7 },
      { __typename: 'Payment' },
    ];
    const { data, errors } = await send(ENTITIES, { representations });
    expect(errors).toEqual([]);
    expect(data?._entities).toEqual([
      { id: 'pay_1', orderId: 'order_1', status: 'SUCCEEDED' },
      { id: 'pay_2', orderId: 'order_2', status: 'SUCCEEDED' },
      null,
      null,
      null,
    ]);
    expect(lookups).toEqual([
      { by: 'id', keys: ['pay_1', 'pay_9', '7'] },
      { by: 'orderId', keys: ['order_2'] },
    ]);
  });

  it('may name a hundred payments in one request, and not one more', async () => {
    const { send, lookups } = graphqlFixture({ payments: PAYMENTS });
    const naming = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ __typename: 'Payment', id: `pay_${index}` }));

    const hundred = await send(ENTITIES, { representations: naming(100) });
    const more = await send(ENTITIES, { representations: naming(101) });

    expect(hundred.errors).toEqual([]);
    expect(lookups.map(({ keys }) => keys.length)).toEqual([100]);
    expect(more.errors.map(({ message }) => message)).toEqual([
      'The argument "representations" takes at most 100 entities, and 101 were given. Ask for them in several ' +
        'requests.',
    ]);
    expect(more.errors[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });

  it('reads the subgraph with its keys', async () => {
    const { send } = graphqlFixture();
    const { data } = await send('{ _service { sdl } }');
    const { sdl } = data?._service as { sdl: string };
    expect(sdl).toContain('type Payment @key(fields: "id") @key(fields: "orderId") {');
    expect(sdl).toContain('type Customer @key(fields: "id", resolvable: false) {');
    expect(sdl).toContain('type Money @shareable {');
    expect(sdl).toContain('url: "https://specs.apollo.dev/federation/v2.9"');
  });
});

describe('a store that does not answer', () => {
  it.each(['payment(id: "pay_1")', `paymentByIdempotencyKey(idempotencyKey: "${KEY}")`])(
    'is named, with the request, by %s',
    async (field) => {
      const unavailable = () => Promise.reject(new StoreUnavailableError('connection to 10.0.0.7 refused'));
      const { send, logLines } = graphqlFixture({ find: { byIds: unavailable, byIdempotencyKey: unavailable } });
      const { data, errors } = await send(`{ found: ${field} { id } }`);
      expect(data).toEqual({ found: null });
      expect(errors).toEqual([
        {
          message: 'The payment could not be looked up, as the store does not answer. Ask again in a moment.',
          path: ['found'],
          locations: [{ line: 1, column: 3 }],
          extensions: { code: 'STORE_UNAVAILABLE', requestId: REQUEST_ID },
        },
      ]);
      expect(logLines).toHaveLength(1);
      expect(logLines[0]).toContain('graphql.store-unavailable');
    },
  );
});
