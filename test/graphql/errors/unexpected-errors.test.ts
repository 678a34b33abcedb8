import { GraphQLError } from 'graphql';
import { CreatePaymentDocument } from '../../generated/operations.js';
import { graphqlFixture, paymentWith, REQUEST_ID } from '../graphql-fixture.js';
import { VALID_INPUT } from '../create-payment/valid-input.js';

const CANARY = 'CANARYzx9';

describe('a bug in a service', () => {
  it.each([
    ['an error', new Error(`SELECT failed for ${CANARY}`)],
    [
      'an error that claims to be the client’s',
      new GraphQLError(CANARY, { extensions: { code: 'BAD_USER_INPUT', secret: CANARY } }),
    ],
    ['something that is no error', CANARY],
  ])('is masked for any thrown value: %s', async (_title, thrown) => {
    const { run } = graphqlFixture({ outcome: () => Promise.reject(thrown as Error) });
    const { data, errors } = await run(CreatePaymentDocument, { input: VALID_INPUT });
    expect(data).toBeNull();
    expect(errors).toEqual([
      {
        message: 'Internal server error',
        path: ['createPayment'],
        locations: expect.any(Array) as unknown,
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: REQUEST_ID },
      },
    ]);
  });

  it('is logged once, with the request and without secrets', async () => {
    const { run, logLines } = graphqlFixture({
      outcome: () => Promise.reject(new TypeError('no answer for buyer@shop.example with sk_test_abc')),
    });
    await run(CreatePaymentDocument, { input: VALID_INPUT });
    expect(logLines).toHaveLength(1);
    expect(JSON.parse(logLines[0] ?? '')).toMatchObject({
      level: 'error',
      msg: 'graphql.unexpected-error',
      requestId: REQUEST_ID,
      err: { type: 'TypeError', message: 'no answer for [redacted] with [redacted]' },
    });
  });

  it('spoils only its own field', async () => {
    const { send } = graphqlFixture({
      payments: [paymentWith()],
      find: { byOrderIds: () => Promise.reject(new Error(CANARY)) },
    });
    const { data, errors } = await send('{ payment(id: "pay_1") { id } paymentByOrderId(orderId: "x") { id } }');
    expect(data).toEqual({ payment: { id: 'pay_1' }, paymentByOrderId: null });
    expect(errors.map(({ path }) => path)).toEqual([['paymentByOrderId']]);
  });

  it('is masked when a payment holds what the schema can not show', async () => {
    const broken = paymentWith({ paymentMethodType: CANARY as 'CARD' });
    const { send, logLines } = graphqlFixture({ payments: [broken] });
    const { data, errors } = await send('{ payment(id: "pay_1") { paymentMethodType } }');
    expect(data).toEqual({ payment: null });
    expect(JSON.stringify(errors)).not.toContain(CANARY);
    expect(logLines).toHaveLength(1);
  });
});

describe('the schema', () => {
  it('is shown where introspection is on', async () => {
    const { send } = graphqlFixture();
    const { data } = await send('{ __schema { queryType { name } } }');
    expect(data).toEqual({ __schema: { queryType: { name: 'Query' } } });
  });

  it('is neither shown nor suggested where it is off', async () => {
    const { send } = graphqlFixture({ api: { introspection: false } });
    const introspection = await send('{ __schema { queryType { name } } }');
    const misspelt = await send('{ payment(id: "a") { statu } }');
    expect(introspection.errors[0]?.message).toMatch(/^GraphQL introspection is not allowed by Apollo Server/);
    expect(misspelt.errors[0]?.message).toBe('Cannot query field "statu" on type "Payment".');
  });

  it('is suggested where introspection is on', async () => {
    const { send } = graphqlFixture();
    const { errors } = await send('{ payment(id: "a") { statu } }');
    expect(errors[0]?.message).toBe('Cannot query field "statu" on type "Payment". Did you mean "status"?');
  });
});
