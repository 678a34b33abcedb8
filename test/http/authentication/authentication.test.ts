import { randomUUID } from 'node:crypto';
import { MAX_AUTHORIZATION_LENGTH } from '../../../src/http/authentication/bearer-token.js';
import { openSocket } from '../subscriptions/websocket-client.js';
import { CREATE_PAYMENT, ownInput } from '../../support/graphql-client.js';
import { addedToLedger, expectLedgerUnchanged, ordersAt } from '../../security/support/ledger.js';
import { startGateway, type Gateway } from '../../support/gateway/gateway.js';

const FIND = 'query ($id: ID!) { payment(id: $id) { id status } }';

let gateway: Gateway<'tokens'>;
beforeAll(async () => {
  gateway = await startGateway({ with: ['tokens'] });
});
afterAll(() => gateway.close());

const orders = () => ordersAt(gateway.sandboxUrl);

describe('a gateway that wants tokens', () => {
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
    const { answer: second, added } = await addedToLedger(orders, () =>
      gateway.pay(alice, { idempotencyKey, referenceCustomerId: 'alice' }),
    );
    expect(added).toEqual([]);
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
    const { answer: second, added } = await addedToLedger(orders, () =>
      gateway.pay(gateway.issuer.token({ sub: 'bob' }), changes),
    );
    expect(second).toMatchObject({ __typename: 'CreatePaymentSuccess', replayed: false });
    expect(second.payment.id).not.toBe(first.payment.id);
    expect(added).toMatchObject([{ status: 'success', gatewayPaymentId: second.payment.id }]);
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

  it('takes scopes as a list', async () => {
    const token = gateway.issuer.token({ scope: undefined, scp: ['payments:read'] });
    const { body } = await gateway.ask(FIND, { token, variables: { id: 'pay_1' } });
    expect(body).toEqual({ data: { payment: null } });
  });

  it('lets a person in 150 groups pay, whose token has more than eight thousand characters', async () => {
    const groups = Array.from({ length: 150 }, () => randomUUID());
    const token = gateway.issuer.token({ sub: 'alice', groups });
    expect(token.length).toBeGreaterThan(8_192);
    expect(await gateway.pay(token)).toMatchObject({ __typename: 'CreatePaymentSuccess' });
    const client = await openSocket(`${gateway.url.replace('http', 'ws')}/graphql`);
    client.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    expect(await client.next()).toMatchObject({ type: 'connection_ack' });
    client.socket.terminate();
  });

  it('takes the longest Authorization header beside the others of a request behind proxies', async () => {
    const fitting = MAX_AUTHORIZATION_LENGTH - 'Bearer '.length;
    const padded = (note: number) => gateway.issuer.token({ sub: 'alice', note: 'x'.repeat(note) });
    const shorter = Math.floor(((fitting - padded(0).length) * 3) / 4);
    const token = [0, 1, 2, 3].map((less) => padded(shorter - less)).find(({ length }) => length <= fitting) ?? '';
    const headers = { 'x-forwarded-for': '203.0.113.7, 10.0.0.1', cookie: 'c'.repeat(1_000) };
    const { body } = await gateway.ask(FIND, { token, headers, variables: { id: 'pay_1' } });
    expect(token.length).toBeGreaterThan(fitting - 4);
    expect(body).toEqual({ data: { payment: null } });
  });

  it('answers health checks without a token', async () => {
    const statuses = await Promise.all(['livez', 'readyz'].map((path) => fetch(`${gateway.url}/${path}`)));
    expect(statuses.map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('a caller who may not', () => {
  expectLedgerUnchanged(orders);

  it.each([
    ['an empty query', '{ __typename }'],
    ['a payment', CREATE_PAYMENT],
  ])('is refused without a token: %s', async (_title, query) => {
    const { status, headers, body } = await gateway.ask(query, { variables: { input: ownInput() } });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="payments"');
    expect(body).toEqual({
      errors: [
        {
          message: 'Send an access token in the header Authorization: Bearer. Nothing was executed.',
          extensions: { code: 'UNAUTHENTICATED', requestId: headers.get('x-request-id') },
        },
      ],
    });
  });

  it.each([
    ['payments:read', CREATE_PAYMENT, { input: ownInput() }, 'payments:write'],
    ['payments:write', FIND, { id: 'pay_1' }, 'payments:read'],
  ])('is refused with a token for %s where more is needed', async (scope, query, variables, missing) => {
    const token = gateway.issuer.token({ scope });
    const { status, body } = await gateway.ask(query, { token, variables });
    expect(status).toBe(403);
    expect(body).toEqual({
      errors: [
        {
          message: `The access token lacks the scope ${missing}. Nothing was executed.`,
          extensions: { code: 'FORBIDDEN', requestId: expect.any(String) as string },
        },
      ],
    });
  });
});

describe('a caller who goes past the router', () => {
  const SECRET = 'the-secret-of-the-router-and-the-gateway';
  let routed: Gateway<'tokens'>;
  beforeAll(async () => {
    routed = await startGateway({ with: ['tokens'], env: { ROUTER_SECRET: SECRET } });
  });
  afterAll(() => routed.close());

  const pay = (headers: Record<string, string>) =>
    routed.ask(CREATE_PAYMENT, { token: routed.issuer.token(), variables: { input: ownInput() }, headers });

  it.each([
    ['without its secret', {}],
    ['with another secret', { 'x-router-secret': 'the-secret-of-another-router-or-gateway' }],
    ['with the beginning of its secret', { 'x-router-secret': SECRET.slice(0, -1) }],
  ])('is refused %s, and nothing is charged', async (_title, headers) => {
    const { answer, added } = await addedToLedger(
      () => ordersAt(routed.sandboxUrl),
      () => pay(headers),
    );
    expect([answer.status, answer.body]).toEqual([
      403,
      {
        errors: [
          {
            message: 'This server takes requests from its router only. Nothing was executed.',
            extensions: { code: 'ROUTER_REQUIRED', requestId: expect.any(String) as string },
          },
        ],
      },
    ]);
    expect(added).toEqual([]);
  });

  it('would pay through the router', async () => {
    const { body } = await pay({ 'x-router-secret': SECRET });
    expect(body.data.createPayment.__typename).toBe('CreatePaymentSuccess');
  });
});
