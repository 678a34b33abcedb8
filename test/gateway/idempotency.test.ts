import { startGateway, type Gateway } from '../support/gateway/gateway.js';
import { setFaults } from '../support/gateway/sandbox-faults.js';
import { createPayment, paymentInput, PAYMENT_FIELDS, readLedger, send } from '../support/graphql-client.js';

describe('an idempotency key', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  it('charges once for twenty calls at the same time, and answers all of them with the same payment', async () => {
    const before = await readLedger(gateway.sandboxUrl);
    const input = paymentInput();
    const results = await Promise.all(Array.from({ length: 20 }, () => createPayment(gateway.url, input)));

    const ledger = await readLedger(gateway.sandboxUrl);
    const [id] = results.map((result) => result.payment.id as string);
    expect(results.every((result) => result.payment.id === id && result.payment.status === 'SUCCEEDED')).toBe(true);
    expect(results.filter((result) => !result.replayed)).toHaveLength(1);
    expect(ledger.charges.filter((charge) => charge.gatewayPaymentId === id)).toHaveLength(1);
    expect(ledger.total - before.total).toBe(1);
  });

  it('answers another input with a conflict that names the payment it belongs to, and charges nothing', async () => {
    const input = paymentInput();
    const first = await createPayment(gateway.url, input);
    const before = await readLedger(gateway.sandboxUrl);
    const other = await createPayment(gateway.url, { ...input, amount: '20.00' });

    expect(other).toMatchObject({
      __typename: 'IdempotencyConflict',
      code: 'KEY_REUSED',
      retry: 'DO_NOT_RETRY',
      conflicting: { id: first.payment.id },
    });
    expect(await gateway.charges()).toBe(before.total);
  });

  it('takes 19.9 and 19.90, another order of fields, and blanks for the same input', async () => {
    const input = paymentInput({
      amount: '19.9',
      metadata: [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
    });
    const first = await createPayment(gateway.url, input);
    const same = Object.fromEntries(
      Object.entries({
        ...input,
        amount: 19.9,
        customerId: '  ',
        metadata: [
          { value: '2', key: 'b' },
          { key: 'a', value: '1' },
        ],
      }).reverse(),
    );
    const again = await createPayment(gateway.url, same);

    expect(again).toMatchObject({ replayed: true, payment: { id: first.payment.id } });
  });

  it('is not used up by an input that breaks a rule', async () => {
    const input = paymentInput({ amount: '0' });
    expect(await createPayment(gateway.url, input)).toMatchObject({
      __typename: 'InvalidPaymentInput',
      retry: 'FIX_INPUT',
    });
    expect(await createPayment(gateway.url, { ...input, amount: '1' })).toMatchObject({
      replayed: false,
      payment: { status: 'SUCCEEDED' },
    });
  });
});

describe('the payment queries', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway();
    await setFaults(gateway, { webhooks: { drop: ['*'] } });
  });
  afterAll(() => gateway.close());

  it('find a payment by id, by order id and by idempotency key', async () => {
    const input = paymentInput({ merchantReferenceId: 'order-77', metadata: [{ key: 'cart', value: 'c-1' }] });
    const { payment } = await createPayment(gateway.url, input);
    const { body } = await send(
      gateway.url,
      `query ($id: ID!, $orderId: ID!, $key: ID!) {
        payment(id: $id) { ...PaymentFields }
        paymentByOrderId(orderId: $orderId) { ...PaymentFields }
        paymentByIdempotencyKey(idempotencyKey: $key) { ...PaymentFields }
      } ${PAYMENT_FIELDS}`,
      { id: payment.id, orderId: payment.orderId, key: input.idempotencyKey },
    );

    expect(body.errors).toBeUndefined();
    expect(body.data).toEqual({ payment, paymentByOrderId: payment, paymentByIdempotencyKey: payment });
    expect(payment).toMatchObject({
      merchantReferenceId: 'order-77',
      metadata: [{ key: 'cart', value: 'c-1' }],
      paymentInstrumentId: 'pi_card_ok',
    });
  });

  it('answer null for what does not exist', async () => {
    const { body } = await send(
      gateway.url,
      '{ payment(id: "nope") { id } paymentByOrderId(orderId: "nope") { id } paymentByIdempotencyKey(idempotencyKey: "nope") { id } }',
    );
    expect(body).toEqual({ data: { payment: null, paymentByOrderId: null, paymentByIdempotencyKey: null } });
  });
});

describe('a client that goes away', () => {
  it('changes nothing: the payment it claimed is charged and found by its key', async () => {
    const gateway = await startGateway();
    const input = paymentInput();
    const abort = new AbortController();
    const request = fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: 'mutation ($input: CreatePaymentInput!) { createPayment(input: $input) { __typename } }',
        variables: { input },
      }),
      signal: abort.signal,
    }).catch(() => null);
    await new Promise((resolve) => setTimeout(resolve, 5));
    abort.abort();
    await request;

    const replay = await createPayment(gateway.url, input);
    expect(replay.payment.status).toBe('SUCCEEDED');
    expect(await gateway.charges()).toBe(1);
    await gateway.close();
  });
});
