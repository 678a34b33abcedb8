import { join } from 'node:path';
import { GatewayProcess } from '../../support/gateway/gateway-process.js';
import { CREATE_PAYMENT, paymentInput, send } from '../../support/graphql-client.js';
import { deliver, signedWebhook } from '../../support/signed-webhook.js';
import { addedToLedger, expectLedgerUnchanged, ordersAt } from '../support/ledger.js';

/** The secret that a gateway shares with its embedded sandbox. */
const SANDBOX_SECRET = 'whsec_embedded_sandbox';
const POISON = '{"polluted":true,"status":"SUCCEEDED","toString":"x"}';
const QUERY = 'query Q($id: ID!) { payment(id: $id) { id } }';
const inputText = JSON.stringify(paymentInput()).slice(1);
const operation = (variables: string, query = CREATE_PAYMENT): string =>
  `{"query":${JSON.stringify(query)},"variables":${variables}}`;

interface Pollution {
  readonly title: string;
  readonly body: string;
  /** What the attacker is told. */
  readonly told: string;
}

const POLLUTIONS: readonly Pollution[] = [
  { title: '__proto__ beside the query', body: `{"__proto__":${POISON},"query":"{ __typename }"}`, told: '"Query"' },
  { title: '__proto__ instead of a body', body: `{"__proto__":{"query":"{ __typename }"}}`, told: '"BAD_REQUEST"' },
  {
    title: 'a constructor beside the query',
    body: `{"constructor":{"prototype":${POISON}},"query":"{ __typename }"}`,
    told: '"Query"',
  },
  {
    title: '__proto__ among the extensions',
    body: `{"query":"{ __typename }","extensions":{"__proto__":${POISON},"constructor":{"prototype":${POISON}}}}`,
    told: '"Query"',
  },
  { title: '__proto__ as the variables’ own', body: operation(`{"__proto__":${POISON}}`), told: '"BAD_USER_INPUT"' },
  {
    title: 'variables that are inherited',
    body: operation('{"__proto__":{"id":"pay_1"}}', QUERY),
    told: '"BAD_USER_INPUT"',
  },
  {
    title: 'a variable called __proto__',
    body: operation('{"__proto__":"pay_1"}', 'query ($__proto__: ID!) { payment(id: $__proto__) { id } }'),
    told: '{"data":{"payment":null}}',
  },
  {
    title: 'an input called __proto__',
    body: operation(
      JSON.stringify({ ['__proto__']: paymentInput({ amount: '-1' }) }),
      'mutation ($__proto__: CreatePaymentInput!) { createPayment(input: $__proto__) { __typename } }',
    ),
    told: '"InvalidPaymentInput"',
  },
  {
    title: 'a variable called constructor',
    body: operation('{"constructor":"pay_1"}', 'query ($constructor: ID!) { payment(id: $constructor) { id } }'),
    told: '{"data":{"payment":null}}',
  },
  {
    title: 'aliases called as what everything inherits',
    body: operation('{}', '{ __proto__: __typename constructor: __typename hasOwnProperty: __typename }'),
    told: '"constructor":"Query"',
  },
  {
    title: '__proto__ in the input',
    body: operation(`{"input":{"__proto__":${POISON},${inputText}}`),
    told: '"BAD_USER_INPUT"',
  },
  {
    title: 'a constructor in the input',
    body: operation(`{"input":{"constructor":{"prototype":${POISON}},${inputText}}`),
    told: '"BAD_USER_INPUT"',
  },
  {
    title: '__proto__ in a metadata entry',
    body: operation(`{"input":{"metadata":[{"__proto__":${POISON},"key":"a","value":"b"}],${inputText}}`),
    told: '"BAD_USER_INPUT"',
  },
  {
    title: '__proto__ in an entity',
    body: operation(
      `{"r":[{"__typename":"Payment","__proto__":{"id":"pay_1"},"constructor":{"prototype":${POISON}}}]}`,
      'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }',
    ),
    told: '"_entities":[null]',
  },
];

let gateway: GatewayProcess;
let untouched: string;
beforeAll(async () => {
  const preload = join(__dirname, '..', 'support', 'tells-prototypes.cjs');
  gateway = await new GatewayProcess({ preload, env: { LOG_LEVEL: 'debug' } }).start();
  await found(/Make a payment/, () => gateway.output);
  // What is loaded late has its say before the first attack.
  await send(gateway.url, CREATE_PAYMENT, { input: paymentInput() });
  untouched = await prototypes();
}, 60_000);
afterAll(() => gateway.close());

/** Resolves when the text has as many matches. */
async function found(what: RegExp, text: () => string, times = 1): Promise<string[]> {
  for (;;) {
    const matches = text().match(what) ?? [];
    if (matches.length >= times) return matches;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** What everything inherits in the gateway's process; it pollutes that itself on SIGWINCH. */
async function prototypes(signal: NodeJS.Signals = 'SIGALRM'): Promise<string> {
  const answers = /^prototypes:.*\n/gm;
  const already = (gateway.errors.match(answers) ?? []).length;
  gateway.send(signal);
  return (await found(answers, () => gateway.errors, already + 1)).at(-1) ?? '';
}

const orders = () => ordersAt(gateway.sandboxUrl);

describe('a prototype is polluted by nobody, and nothing is charged:', () => {
  expectLedgerUnchanged(orders);

  it.each(POLLUTIONS)('$title', async ({ body, told }) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body });
    expect(await answer.text()).toContain(told);
    expect(await prototypes()).toBe(untouched);
  });

  it('the metadata of a genuine webhook', async () => {
    const event = `{"id":"event_1","type":"order.succeeded","__proto__":${POISON},"data":{"object":{"orderId":"order_none","metadata":{"__proto__":${POISON},"constructor":{"prototype":${POISON}}}}}}`;
    const signed = signedWebhook(event, { secret: SANDBOX_SECRET, timestamp: String(Date.now()) });
    expect(await deliver(`${gateway.url}/webhooks/clink`, signed)).toEqual({ status: 200, body: '' });
    expect(await prototypes()).toBe(untouched);
  });
});

it.each([['__proto__'], ['constructor'], ['prototype'], ['toString']])(
  'a prototype is polluted by nobody: the metadata key %s is a key like any other, and is paid with once',
  async (key) => {
    const metadata = [{ key, value: POISON }];
    const { answer, added } = await addedToLedger(orders, () =>
      send(gateway.url, CREATE_PAYMENT, { input: paymentInput({ metadata }) }),
    );
    expect(answer.body.data.createPayment.payment.metadata).toEqual(metadata);
    expect(added).toMatchObject([{ status: 'success' }]);
    expect(await prototypes()).toBe(untouched);
  },
);

it('a prototype that is polluted is seen', async () => {
  expect(untouched).toContain('"inherited":[]');
  expect(untouched).toContain('hasOwnProperty');
  expect(await prototypes('SIGWINCH')).toContain('"inherited":["polluted"]');
});
