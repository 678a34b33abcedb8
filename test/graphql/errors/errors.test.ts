import { graphqlFixture, REQUEST_ID } from '../graphql-fixture.js';
import { VALID_INPUT } from '../create-payment/valid-input.js';

/** Stands for what must never come back: looks like nothing that the gateway could say by itself. */
const CANARY = 'CANARYzx9';
const { send, logLines } = graphqlFixture();
const CREATE = 'mutation ($input: CreatePaymentInput!) { createPayment(input: $input) { __typename } }';

async function errorsOf(query: string, variables?: Record<string, unknown>) {
  const { errors } = await send(query, variables);
  expect(JSON.stringify(errors)).not.toContain(CANARY);
  return errors.map(({ message, extensions }) => ({
    message,
    code: extensions?.code,
    requestId: extensions?.requestId,
  }));
}

afterEach(() => {
  expect(logLines).toEqual([]);
});

describe('a refused variable is answered without its value', () => {
  const at = (place: string, problem: string) => `Variable "$input" is not valid at "${place}": ${problem}`;

  it.each<[string, Record<string, unknown>, string]>([
    [
      'an unknown enum value',
      { paymentMethodType: CANARY },
      at('input.paymentMethodType', 'expected type "PaymentMethodType!".'),
    ],
    ['an enum as an object', { deviceType: { a: CANARY } }, at('input.deviceType', 'expected type "DeviceType".')],
    ['an object for a decimal', { amount: { value: CANARY } }, at('input.amount', 'expected type "Decimal".')],
    ['a decimal too long', { amount: CANARY.repeat(8) }, at('input.amount', 'expected type "Decimal".')],
    ['a list for an id', { customerId: [CANARY] }, at('input.customerId', 'expected type "ID".')],
    ['a number for a text', { returnUrl: 4111111111111111 }, at('input.returnUrl', 'expected type "String!".')],
    ['an object for a key', { idempotencyKey: { [CANARY]: 1 } }, at('input.idempotencyKey', 'expected type "ID!".')],
    [
      'null for a required field',
      { paymentInstrumentId: null },
      at('input.paymentInstrumentId', 'expected type "ID!".'),
    ],
    [
      'an unknown field',
      { [CANARY]: CANARY },
      at('input', 'it has a field that type "CreatePaymentInput" does not define.'),
    ],
    [
      'a field left out',
      { returnUrl: undefined },
      at('input', 'Field "returnUrl" of required type "String!" was not provided.'),
    ],
    [
      'a text for a quantity',
      { priceDataList: [{ name: CANARY, unitAmount: '1', quantity: CANARY }] },
      at('input.priceDataList.0.quantity', 'expected type "Int!".'),
    ],
    [
      'a quantity too big for an Int',
      { priceDataList: [{ name: 'Tea', unitAmount: '1', quantity: 1e12 }] },
      at('input.priceDataList.0.quantity', 'expected type "Int!".'),
    ],
    [
      'an entry without a value',
      { metadata: [{ key: 'a', value: 'b' }, { key: CANARY }] },
      at('input.metadata.1', 'Field "value" of required type "String!" was not provided.'),
    ],
    [
      'an unknown field of an entry',
      { metadata: { key: 'a', value: 'b', [`" of required type "${CANARY}" was not provided.`]: 1 } },
      at('input.metadata', 'it has a field that type "MetadataEntryInput" does not define.'),
    ],
  ])('%s', async (_title, changes, message) => {
    const errors = await errorsOf(CREATE, { input: { ...VALID_INPUT, ...changes } });
    expect(errors).toEqual([{ message, code: 'BAD_USER_INPUT', requestId: REQUEST_ID }]);
  });

  it.each([[{}], [{ input: null }]])('when it is missing: %j', async (variables) => {
    const errors = await errorsOf(CREATE, variables);
    const message = 'Variable "$input" of type "CreatePaymentInput!" is required.';
    expect(errors).toEqual([{ message, code: 'BAD_USER_INPUT', requestId: REQUEST_ID }]);
  });

  it('when the whole of it is something else', async () => {
    const errors = await errorsOf(CREATE, { input: CANARY });
    expect(errors.map(({ message }) => message)).toEqual([at('input', 'expected type "CreatePaymentInput!".')]);
  });

  it('each by its own sentence when there are several', async () => {
    const query =
      'query ($id: ID!, $orderId: ID!, $skip: Boolean = true) { payment(id: $id) { id } paymentByOrderId(orderId: ' +
      '$orderId) { id @skip(if: $skip) sessionId } }';
    const errors = await errorsOf(query, { id: { a: CANARY }, orderId: [CANARY], skip: CANARY });
    expect(errors.map(({ message }) => message)).toEqual([
      'Variable "$id" is not valid at "id": expected type "ID!".',
      'Variable "$orderId" is not valid at "orderId": expected type "ID!".',
      'Variable "$skip" is not valid at "skip": expected type "Boolean".',
    ]);
  });

  it('in work that ends where graphql-js ends its own', async () => {
    let read = 0;
    const value = new Proxy({}, { ownKeys: () => ((read += 1), []) });
    const metadata = Array.from({ length: 1_000 }, () => value);
    await errorsOf(CREATE, { input: { ...VALID_INPUT, metadata } });
    expect(read).toBeLessThanOrEqual(200);
  });

  it('also when there are more than graphql-js goes on for', async () => {
    const metadata = Array.from({ length: 60 }, () => ({ key: { a: CANARY }, value: 'b' }));
    const errors = await errorsOf(CREATE, { input: { ...VALID_INPUT, metadata } });
    expect(errors).toHaveLength(51);
    expect(errors[50]).toEqual({
      message: 'Too many errors processing variables, error limit reached. Execution aborted.',
      code: 'BAD_USER_INPUT',
      requestId: REQUEST_ID,
    });
  });
});

describe('a refused literal is answered without its value', () => {
  const REQUIRED =
    'idempotencyKey: "key-0123456789abcdef", paymentInstrumentId: "pi_1", paymentMethodType: CARD, returnUrl: ' +
    '"https://shop.example/"';
  const create = (fields: string) => `mutation { createPayment(input: { ${fields} }) { __typename } }`;
  const expected = (type: string) => `Expected a value of type "${type}".`;

  it.each([
    ['an unknown enum value', create(`${REQUIRED}, deviceType: ${CANARY}`), expected('DeviceType')],
    ['a text for an enum', create(`${REQUIRED}, deviceType: "${CANARY}"`), expected('DeviceType')],
    ['a decimal too long', create(`${REQUIRED}, amount: "${CANARY.repeat(8)}"`), expected('Decimal')],
    ['an enum for a decimal', create(`${REQUIRED}, amount: ${CANARY}`), expected('Decimal')],
    ['an object for a decimal', create(`${REQUIRED}, amount: { a: "${CANARY}" }`), expected('Decimal')],
    ['an enum for a text', create(`${REQUIRED}, currency: ${CANARY}`), expected('String')],
    ['an object for an id', create(`${REQUIRED}, customerId: { a: "${CANARY}" }`), expected('ID')],
    ['a text for an object', create(`${REQUIRED}, metadata: ["${CANARY}"]`), expected('MetadataEntryInput!')],
    ['null in a list', create(`${REQUIRED}, metadata: [null]`), expected('MetadataEntryInput!')],
    [
      'a text for a quantity',
      create(`${REQUIRED}, priceDataList: [{ name: "${CANARY}", unitAmount: 1, quantity: "${CANARY}" }]`),
      expected('Int'),
    ],
    ['a text for a condition', `{ payment(id: "${CANARY}") { id @include(if: "${CANARY}") } }`, expected('Boolean')],
    [
      'a default of the wrong type',
      `query ($id: Boolean = "${CANARY}") { payment(id: "a") { id @skip(if: $id) } }`,
      expected('Boolean'),
    ],
    [
      'a required field left out',
      create(`idempotencyKey: "${CANARY}", paymentInstrumentId: "${CANARY}", paymentMethodType: CARD`),
      'Field "CreatePaymentInput.returnUrl" of required type "String!" was not provided.',
    ],
  ])('%s', async (_title, query, message) => {
    const errors = await errorsOf(query);
    expect(errors).toEqual([{ message, code: 'GRAPHQL_VALIDATION_FAILED', requestId: REQUEST_ID }]);
  });

  it('while unknown names are shown, as they are no values', async () => {
    const errors = await errorsOf('{ payment(id: "x") { identifier } }');
    expect(errors[0]?.message).toBe('Cannot query field "identifier" on type "Payment".');
  });
});

describe('a document that can not be parsed', () => {
  it.each([
    [`{ payment(id: "a") "${CANARY}"`, 'Syntax Error: the document is not valid GraphQL at line 1, column 20.'],
    [`{ payment(id: "${CANARY}`, 'Syntax Error: the document is not valid GraphQL at line 1, column 25.'],
    [
      `mutation { createPayment(input: ${CANARY}-1) }`,
      'Syntax Error: the document is not valid GraphQL at line 1, column 42.',
    ],
  ])('is answered with its place: %#', async (query, message) => {
    expect(await errorsOf(query)).toEqual([{ message, code: 'GRAPHQL_PARSE_FAILED', requestId: REQUEST_ID }]);
  });
});

describe('a null where an argument takes none', () => {
  it('is answered without a value', async () => {
    const errors = await errorsOf('query ($id: ID = "a") { payment(id: $id) { id } }', { id: null });
    expect(errors).toEqual([
      { message: 'Argument "id" is not of its type.', code: 'BAD_USER_INPUT', requestId: REQUEST_ID },
    ]);
  });
});

describe('an operation that is not there', () => {
  it('is answered without its name', async () => {
    const errors = await errorsOf(`query A { payment(id: "${CANARY}") { id } } query B { payment(id: "b") { id } }`);
    expect(errors).toEqual([
      {
        message: 'The document has no operation of the given name, or several and no name was given.',
        code: 'OPERATION_RESOLUTION_FAILURE',
        requestId: REQUEST_ID,
      },
    ]);
  });
});
