import { addedToLedger, expectLedgerUnchanged, ordersAt } from '../support/ledger.js';
import { startGateway, type Gateway } from '../../support/gateway/gateway.js';
import { ownInput, post } from '../../support/graphql-client.js';

const CALL = 'createPayment(input: $input) { __typename }';
const WITH_INPUT = 'mutation M($input: CreatePaymentInput!)';
const times = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');
const tooMuch = (most: number, what: string): string =>
  `The operation asks for too much: at most ${most} ${what} are answered.`;
const ONCE =
  'A document may call createPayment once, whatever its aliases, fragments and operations. Send each payment as a request of its own.';
const COST = tooMuch(15_000, 'fields in the answer, lists counted at their full size');

interface Flood {
  readonly title: string;
  readonly query: string;
  /** What the attacker is told. */
  readonly message: string;
}

const FLOODS: readonly Flood[] = [
  { title: 'two payments by aliases', query: `${WITH_INPUT} { a: ${CALL} b: ${CALL} }`, message: ONCE },
  {
    title: 'two payments by a fragment spread twice',
    query: `${WITH_INPUT} { ...F ...F } fragment F on Mutation { a: ${CALL} }`,
    message: ONCE,
  },
  {
    title: 'two payments by fragments in fragments',
    query: `${WITH_INPUT} { ...F ...G } fragment F on Mutation { a: ${CALL} } fragment G on Mutation { b: ${CALL} ...F }`,
    message: ONCE,
  },
  {
    title: 'two payments by inline fragments',
    query: `${WITH_INPUT} { ... { a: ${CALL} } ... on Mutation { b: ${CALL} } }`,
    message: ONCE,
  },
  { title: 'two payments that merge into one', query: `${WITH_INPUT} { ${CALL} ${CALL} }`, message: ONCE },
  {
    title: 'two payments of which a directive skips one',
    query: `${WITH_INPUT} { a: ${CALL} b: createPayment(input: $input) @skip(if: true) { __typename } }`,
    message: ONCE,
  },
  {
    title: 'two payments in two operations',
    query: `${WITH_INPUT} { ${CALL} } mutation N($input: CreatePaymentInput!) { ${CALL} }`,
    message: ONCE,
  },
  { title: 'a hundred payments', query: `${WITH_INPUT} { ${times(100, (i) => `a${i}: ${CALL}`)} }`, message: ONCE },
  {
    title: 'an alias flood',
    query: `{ payment(id: "1") { ${times(31, (i) => `a${i}: id`)} } }`,
    message: tooMuch(30, 'aliases'),
  },
  {
    title: 'an alias flood through fragments',
    query: `{ payment(id: "1") { ${times(16, () => '...F')} } } fragment F on Payment { a: id b: status }`,
    message: tooMuch(30, 'aliases'),
  },
  {
    title: 'a flood of fields at the top',
    query: `{ ${times(21, (i) => `a${i}: __typename`)} }`,
    message: tooMuch(20, 'fields at the top of an operation'),
  },
  {
    title: 'a directive flood',
    query: `{ payment(id: "1") { id ${'@include(if: true) '.repeat(31)} } }`,
    message: tooMuch(30, 'directives'),
  },
  {
    title: 'fields deeper than any type',
    query: `{ payment(id: "1") { ${'... { '.repeat(3)} ${'action { '.repeat(12)} __typename ${'} '.repeat(15)} } }`,
    message: tooMuch(12, 'levels of fields'),
  },
  {
    title: 'a fragment that leads back to itself',
    query: '{ payment(id: "1") { ...F } } fragment F on Payment { id ...F }',
    message: 'Cannot spread fragment "F" within itself.',
  },
  {
    title: 'fragments that lead back to each other',
    query: '{ payment(id: "1") { ...F } } fragment F on Payment { ...G } fragment G on Payment { ...F }',
    message: 'Cannot spread fragment "F" within itself via "G".',
  },
  {
    title: 'fragments that double thirty times',
    query: `{ payment(id: "1") { ...F0 } } ${times(30, (i) => `fragment F${i} on Payment { ...F${i + 1} ...F${i + 1} }`)} fragment F30 on Payment { id }`,
    message: COST,
  },
  {
    title: 'lists beside lists',
    query: `{ ${times(6, (i) => `a${i}: payments(first: 100) { edges { node { id timeline { id status source detail } metadata { key value } } } }`)} }`,
    message: COST,
  },
  {
    title: 'a page whose size is a variable, counted at its largest',
    query: `query ($n: Int) { ${times(6, (i) => `a${i}: payments(first: $n) { edges { node { id timeline { id status source detail } metadata { key value } } } }`)} }`,
    message: COST,
  },
  {
    title: 'a thousand fields of one name beside a payment',
    query: `${WITH_INPUT} { createPayment(input: $input) { ${'__typename '.repeat(1_000)} } }`,
    message: tooMuch(30, 'selections of one name in one place'),
  },
  {
    title: 'fifty-one fragments beside a payment',
    query: `${WITH_INPUT} { ${CALL} } ${times(51, (i) => `fragment F${i} on Payment { id }`)}`,
    message: tooMuch(50, 'fragments'),
  },
  {
    title: 'a document of five thousand words',
    query: `{ ${'__typename '.repeat(5_000)} }`,
    message: 'Syntax Error: Document contains more that 2000 tokens. Parsing aborted.',
  },
  {
    title: 'ten thousand braces',
    query: '{ a'.repeat(10_000),
    message: 'Syntax Error: Document contains more that 2000 tokens. Parsing aborted.',
  },
];

let gateway: Gateway<'tokens'>;
let alice: string;
beforeAll(async () => {
  gateway = await startGateway({ with: ['tokens'] });
  alice = gateway.issuer.token();
});
afterAll(() => gateway.close());

const orders = () => ordersAt(gateway.sandboxUrl);

/** The input is one that is charged wherever a document gets through. */
const ask = (query: string) => gateway.ask(query, { token: alice, variables: { input: ownInput() } });

describe('documents that ask for too much', () => {
  expectLedgerUnchanged(orders);

  it.each(FLOODS)('$title: refused, and nothing is charged', async ({ query, message }) => {
    const { status, body } = await ask(query);
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('data');
    expect(body.errors?.map((error) => error.message)).toContain(message);
  });

  it.each([
    ['two operations', 2],
    ['five hundred operations', 500],
  ])('a batch of %s: refused, and nothing is charged', async (_title, count) => {
    const batch = Array.from({ length: count }, () => ({
      query: `${WITH_INPUT} { ${CALL} }`,
      variables: { input: ownInput() },
    }));
    const { status, body } = await post(gateway.url, JSON.stringify(batch), { authorization: `Bearer ${alice}` });
    expect([status, body.errors?.[0]?.message]).toEqual([400, 'Operation batching disabled.']);
    expect(body).not.toHaveProperty('data');
  });

  it('a hundred and one entities: refused', async () => {
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }';
    const representations = Array(101).fill({ __typename: 'Payment', id: 'pay_1' });
    const { body } = await gateway.ask(query, { token: alice, variables: { r: representations } });
    expect(body.data).toBeNull();
    expect(body.errors?.map((error) => error.message)).toEqual([
      'The argument "representations" takes at most 100 entities, and 101 were given. Ask for them in several requests.',
    ]);
  });
});

it('a document that asks for one payment has it charged, once', async () => {
  const { added } = await addedToLedger(orders, () => ask(`${WITH_INPUT} { ${CALL} }`));
  expect(added).toMatchObject([{ status: 'success' }]);
});

it('more payments in a minute than a person may have: RateLimited, with the time to come back', async () => {
  const limited = await startGateway({ with: ['tokens'], env: { RATE_LIMIT_PER_PERSON: '2' } });
  const token = limited.issuer.token({ sub: 'hasty' });
  const first = await limited.pay(token, { idempotencyKey: 'the-first-of-them' });
  await limited.pay(token);
  const { body } = await limited.ask(
    'mutation ($i: CreatePaymentInput!) { createPayment(input: $i) { __typename ... on RateLimited { code message retry retryAfter } } }',
    { token, variables: { i: ownInput() } },
  );
  const replayed = await limited.pay(token, { idempotencyKey: 'the-first-of-them' });
  expect(body.data.createPayment).toEqual({
    __typename: 'RateLimited',
    code: 'RATE_LIMITED',
    message:
      'Too many payments in a short time, or too many calls at once with a key that is being worked on. This call charged nothing; send it again after `retryAfter` with the same idempotency key, which never charges twice.',
    retry: 'RETRY_SAME_KEY',
    retryAfter: expect.any(String) as string,
  });
  expect(replayed).toMatchObject({ replayed: true, payment: { id: first.payment.id } });
  expect(await ordersAt(limited.sandboxUrl)).toHaveLength(2);
  await limited.close();
});
