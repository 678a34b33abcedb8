import { CREATE_PAYMENT, paymentInput } from '../support/graphql-client.js';
import { startSecuredGateway, type SecuredGateway } from './support/secured-gateway.js';

const FIND = 'query ($id: ID!) { payment(id: $id) { id status } }';

describe('a gateway that wants tokens', () => {
  let gateway: SecuredGateway;
  beforeAll(async () => {
    gateway = await startSecuredGateway();
  });
  afterAll(() => gateway.close());

  it('lets a customer pay, as the customer of the token', async () => {
    const alice = gateway.issuer.token({ sub: 'alice' });
    const result = await gateway.pay(alice);
    expect(result).toMatchObject({ __typename: 'CreatePaymentSuccess', payment: { status: 'SUCCEEDED' } });
    const { body } = await gateway.ask(FIND, { token: alice, variables: { id: result.payment.id } });
    expect(body.data.payment).toEqual({ id: result.payment.id, status: 'SUCCEEDED' });
  });

  it('takes the customer named as oneself', async () => {
    const result = await gateway.pay(gateway.issuer.token({ sub: 'alice' }), { referenceCustomerId: 'alice' });
    expect(result.__typename).toBe('CreatePaymentSuccess');
  });

  it('answers with the first payment whether or not the customer is named', async () => {
    const alice = gateway.issuer.token({ sub: 'alice' });
    const idempotencyKey = 'named-or-not-0001';
    const first = await gateway.pay(alice, { idempotencyKey });
    const second = await gateway.pay(alice, { idempotencyKey, referenceCustomerId: 'alice' });
    expect(second).toMatchObject({ replayed: true, payment: { id: first.payment.id } });
  });

  it('lets a service pay for any customer', async () => {
    const shop = gateway.issuer.token({
      client_id: 'shop-server',
      scope: 'payments:read payments:write payments:any-customer',
    });
    const result = await gateway.pay(shop, { referenceCustomerId: 'bob', customerEmail: 'bob@shop.example' });
    expect(result.__typename).toBe('CreatePaymentSuccess');
  });

  it('keeps one key of two customers apart', async () => {
    const changes = { idempotencyKey: 'the-same-key-0001' };
    const first = await gateway.pay(gateway.issuer.token({ sub: 'alice' }), changes);
    const second = await gateway.pay(gateway.issuer.token({ sub: 'bob' }), changes);
    expect(second).toMatchObject({ __typename: 'CreatePaymentSuccess', replayed: false });
    expect(second.payment.id).not.toBe(first.payment.id);
  });

  it('knows a person again by another token, and a client from a customer of the same name', async () => {
    const { payment } = await gateway.pay(gateway.issuer.token({ sub: 'shop-server' }));
    const again = gateway.issuer.token({ sub: 'shop-server', jti: 'another', scope: 'payments:read' });
    const client = gateway.issuer.token({ client_id: 'shop-server', scope: 'payments:read payments:any-customer' });
    const found = await gateway.ask(FIND, { token: again, variables: { id: payment.id } });
    const hidden = await gateway.ask(FIND, { token: client, variables: { id: payment.id } });
    expect(found.body.data.payment.id).toBe(payment.id);
    expect(hidden.body).toEqual({ data: { payment: null } });
  });

  it('refuses a request without a token', async () => {
    const { status, headers, body } = await gateway.ask('{ __typename }');
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="payments"');
    expect(body.errors).toEqual([
      {
        message: 'Send an access token in the header Authorization: Bearer. Nothing was executed.',
        extensions: { code: 'UNAUTHENTICATED', requestId: headers.get('x-request-id') },
      },
    ]);
  });

  it.each([
    ['payments:read', CREATE_PAYMENT, { input: paymentInput() }, 'payments:write'],
    ['payments:write', FIND, { id: 'pay_1' }, 'payments:read'],
  ])('refuses a token with %s only where more is needed', async (scope, query, variables, missing) => {
    const token = gateway.issuer.token({ scope });
    const { status, body } = await gateway.ask(query, { token, variables });
    expect(status).toBe(403);
    expect(body.errors).toEqual([
      {
        message: `The access token lacks the scope ${missing}. Nothing was executed.`,
        extensions: { code: 'FORBIDDEN', requestId: expect.any(String) as string },
      },
    ]);
  });

  it('takes scopes as a list', async () => {
    const token = gateway.issuer.token({ scope: undefined, scp: ['payments:read'] });
    const { body } = await gateway.ask(FIND, { token, variables: { id: 'pay_1' } });
    expect(body).toEqual({ data: { payment: null } });
  });

  it('answers health checks without a token', async () => {
    const statuses = await Promise.all(['livez', 'readyz'].map((path) => fetch(`${gateway.url}/${path}`)));
    expect(statuses.map(({ status }) => status)).toEqual([200, 200]);
  });
});
