import { createHash } from 'node:crypto';
import { startGateway, type Gateway } from '../support/gateway/gateway.js';
import { CREATE_PAYMENT, paymentInput, type GraphqlAnswer } from '../support/graphql-client.js';
import { startCallbackRouter, type CallbackRouter } from '../http/subscriptions/callback-router.js';
import { openEventStream } from '../http/subscriptions/event-stream-client.js';
import { connect, subscribe } from '../http/subscriptions/websocket-client.js';

/** Beyond 2^53: to JSON's usual reader this and its neighbour, 1783561234567890124, are one number. */
const LONG = '1783561234567890123';
const WHY =
  'a number is there that may be rounded on its way (an integer beyond 2^53 - 1, or a fraction of more than 15 digits). Send it as a string.';
const FIND = 'query ($id: ID!) { payment(id: $id) { id } }';
const WATCH = 'subscription ($id: ID!) { paymentUpdated(id: $id) { id } }';
const AT_ID = `Variable "$id" is not valid at "id": ${WHY}`;

let router: CallbackRouter;
let gateway: Gateway;
beforeAll(async () => {
  router = await startCallbackRouter();
  gateway = await startGateway({ env: { SUBSCRIPTION_CALLBACK_ORIGINS: router.origin } });
});
afterAll(async () => {
  await gateway.close();
  await router.close();
});

const orders = () => gateway.charges();

/** JSON in which the text LONG stands as a number. */
const withNumber = (value: unknown, text = LONG) => JSON.stringify(value).replaceAll(`"${text}"`, text);

async function post(body: string): Promise<GraphqlAnswer['body']> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body });
  return (await response.json()) as GraphqlAnswer['body'];
}

const get = async (search: Record<string, string>) => {
  const headers = { 'apollo-require-preflight': 'true' };
  const response = await fetch(`${gateway.url}/graphql?${new URLSearchParams(search).toString()}`, { headers });
  return (await response.json()) as GraphqlAnswer['body'];
};

const refusal = (message: string) => [
  {
    ...{ message, locations: expect.any(Array) as unknown },
    extensions: { code: 'BAD_USER_INPUT', requestId: expect.stringMatching(/^req_/) as string },
  },
];

describe('a JSON number that would be rounded', () => {
  const line = { name: 'Tea', quantity: 1, unitAmount: '1', currency: 'USD' };

  it.each([
    ['as the idempotency key', { idempotencyKey: LONG }, LONG, 'input.idempotencyKey'],
    ['as the next key', { idempotencyKey: '1783561234567890124' }, '1783561234567890124', 'input.idempotencyKey'],
    ['as a negative id', { customerId: `-${LONG}` }, `-${LONG}`, 'input.customerId'],
    ['as a customer', { customerId: LONG }, LONG, 'input.customerId'],
    [
      'as the first integer that is not safe',
      { customerId: '9007199254740992' },
      '9007199254740992',
      'input.customerId',
    ],
    ['as an instrument', { paymentInstrumentId: LONG }, LONG, 'input.paymentInstrumentId'],
    ['as an amount', { amount: '12345678901234567.89' }, '12345678901234567.89', 'input.amount'],
    ['as an amount with an exponent', { amount: '1.2345678901234567e1' }, '1.2345678901234567e1', 'input.amount'],
    ['as an amount of a thousand digits', { amount: '9'.repeat(1_000) }, '9'.repeat(1_000), 'input.amount'],
    ['in a list', { priceDataList: [line, { ...line, unitAmount: LONG }] }, LONG, 'input.priceDataList.1.unitAmount'],
    ['for a text, which takes no number at all', { merchantReferenceId: LONG }, LONG, 'input.merchantReferenceId'],
  ])('is refused %s, and nothing is charged', async (_where, changes, text, place) => {
    const before = await orders();
    const body = withNumber({ query: CREATE_PAYMENT, variables: { input: paymentInput(changes) } }, text);
    const answer = await post(body);

    expect(body).toContain(`:${text}`);
    expect(answer.errors).toEqual(refusal(`Variable "$input" is not valid at "${place}": ${WHY}`));
    expect(answer.data).toBeUndefined();
    expect(JSON.stringify([answer, gateway.logLines])).not.toContain(text.slice(1, 15));
    expect(await orders()).toBe(before);
  });

  it('is refused in the variables of a GET', async () => {
    expect((await get({ query: FIND, variables: withNumber({ id: LONG }) })).errors).toEqual(refusal(AT_ID));
  });

  it('is refused where the operation is named by its hash', async () => {
    const persistedQuery = { version: 1, sha256Hash: createHash('sha256').update(FIND).digest('hex') };
    await post(JSON.stringify({ query: FIND, variables: { id: 'pay_1' }, extensions: { persistedQuery } }));

    const answer = await post(withNumber({ variables: { id: LONG }, extensions: { persistedQuery } }));

    expect(answer.errors).toEqual(refusal(AT_ID));
  });

  it.each(['POST', 'GET'])('is refused for an event stream by %s', async (method) => {
    const url = `${gateway.url}/graphql`;
    const body = withNumber({ query: WATCH, variables: { id: LONG } });
    const search = new URLSearchParams({ query: WATCH, variables: withNumber({ id: LONG }) });
    const stream =
      method === 'POST'
        ? await openEventStream(url, undefined, { body })
        : await openEventStream(`${url}?${search.toString()}`, undefined, { method });

    expect((await stream.next())?.data).toEqual({ errors: refusal(AT_ID) });
  });

  it('is refused over a WebSocket, which stays open', async () => {
    const client = await connect(`${gateway.url.replace('http', 'ws')}/graphql`);
    client.send(withNumber(subscribe('1', WATCH, { id: LONG })));
    expect(await client.next()).toEqual({ id: '1', type: 'error', payload: refusal(AT_ID) });
    client.send(subscribe('2', '{ __typename }'));
    expect(await client.next()).toMatchObject({ id: '2', payload: { data: { __typename: 'Query' } } });
    client.socket.close();
  });

  it('is refused for a subscription by callback, before the router is called', async () => {
    const subscription = router.newSubscription();
    const body = withNumber({ query: WATCH, variables: { id: LONG }, extensions: { subscription } });

    expect((await post(body)).errors).toEqual(refusal(AT_ID));
    expect(router.requests()).toBe(0);
  });

  it.each([
    ['in the variables', 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }'],
    [
      'in the document',
      `{ _entities(representations: [{ __typename: "Payment", id: "pay_1" }, { __typename: "Payment", orderId: ${LONG} }]) { __typename } }`,
    ],
  ])('is refused as an entity’s key %s', async (_where, query) => {
    const representations = [
      { __typename: 'Payment', id: 'pay_1' },
      { __typename: 'Payment', orderId: LONG },
    ];
    const answer = await post(withNumber({ query, variables: { r: representations } }));

    expect(answer.errors).toMatchObject([
      {
        message: `The argument "representations" is not valid at "representations.1.orderId": ${WHY}`,
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
  });
});

describe('a number that keeps its digits', () => {
  it.each([
    ['a safe integer', { idempotencyKey: 9007199254740991 }, { idempotencyKey: '9007199254740991' }],
    ['a short decimal', { amount: 19.9 }, { amount: '19.90' }],
  ])('is taken for its text: %s', async (_what, numbers, texts) => {
    const input = paymentInput(numbers);
    const first = await post(JSON.stringify({ query: CREATE_PAYMENT, variables: { input } }));
    const again = await post(JSON.stringify({ query: CREATE_PAYMENT, variables: { input: { ...input, ...texts } } }));

    expect(first.data.createPayment).toMatchObject({ replayed: false, payment: { status: 'SUCCEEDED' } });
    expect(again.data.createPayment).toMatchObject({ replayed: true });
  });

  it('is told by the rules of the input where JavaScript itself wrote its digits', async () => {
    const input = paymentInput({ amount: 0.1 + 0.2 });
    const { data } = await post(JSON.stringify({ query: CREATE_PAYMENT, variables: { input } }));

    expect(data.createPayment).toMatchObject({
      __typename: 'InvalidPaymentInput',
      issues: [{ rule: 'amount.precision' }],
    });
  });

  it('may have any number of them in the document itself', async () => {
    const fields = `amount: "1", currency: "USD", referenceCustomerId: "c", paymentInstrumentId: "pi_card_ok", paymentMethodType: CARD, returnUrl: "https://shop.example/"`;
    const pay = async (key: string) => {
      const query = `mutation { createPayment(input: { idempotencyKey: ${key}, ${fields} }) { ... on CreatePaymentSuccess { replayed payment { id } } } }`;
      return (await post(JSON.stringify({ query }))).data.createPayment;
    };
    const [first, next, again] = [await pay(LONG), await pay('1783561234567890124'), await pay(`"${LONG}"`)];

    expect([first.replayed, next.replayed, again.replayed]).toEqual([false, false, true]);
    expect(again.payment).toEqual(first.payment);
  });

  it('is no matter where nothing reads it', async () => {
    const body = withNumber({ query: '{ __typename }', variables: { unused: LONG }, extensions: { any: [LONG] } });

    expect(await post(body)).toEqual({ data: { __typename: 'Query' } });
  });

  it('names an entity as its text does', async () => {
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }';
    const representations = [
      { __typename: 'Payment', id: 7 },
      { __typename: 'Payment', orderId: 7.5 },
    ];

    expect(await post(JSON.stringify({ query, variables: { r: representations } }))).toEqual({
      data: { _entities: [null, null] },
    });
  });
});
