import { INPUT_RULES } from '../../../src/graphql/input/input-rules.js';
import { CreatePaymentDocument, type CreatePaymentInput } from '../../generated/operations.js';
import { INPUT_CASES } from './create-payment.inputs.js';
import { graphqlFixture, REQUEST_ID } from '../graphql-fixture.js';
import { VALID_INPUT } from './valid-input.js';
import { itemsOf, readSection } from '../../support/documents.js';

const open = graphqlFixture();
const ORIGINS = ['https://shop.example', 'http://localhost:3000'];
const limited = graphqlFixture({ api: { returnUrlOrigins: ORIGINS } });

async function issuesOf(input: CreatePaymentInput, { run } = open) {
  const { data, errors } = await run(CreatePaymentDocument, { input });
  expect(errors).toEqual([]);
  const result = data?.createPayment;
  return result?.__typename === 'InvalidPaymentInput' ? result.issues : [];
}

const toText = ({ rule, path }: { rule: string; path: string[] }) => `${rule} at ${path.join('.')}`;

describe('createPayment judges its input', () => {
  it.each(INPUT_CASES)('$title', async ({ changes, issues }) => {
    const found = await issuesOf({ ...VALID_INPUT, ...changes });
    expect(found.map(toText)).toEqual(issues);
  });

  it('answers as INVALID_INPUT and charges nothing', async () => {
    const { run, commands } = graphqlFixture();
    const { data } = await run(CreatePaymentDocument, { input: { ...VALID_INPUT, customerId: null } });
    expect(data?.createPayment).toEqual({
      __typename: 'InvalidPaymentInput',
      code: 'INVALID_INPUT',
      message: 'The input breaks at least one rule; `issues` names each field and rule. This call charged nothing.',
      retry: 'FIX_INPUT',
      requestId: REQUEST_ID,
      issues: [
        {
          path: ['customerId'],
          rule: 'customer.identifierRequired',
          message: 'Give at least one of customerId, customerEmail and referenceCustomerId.',
        },
      ],
    });
    expect(commands).toEqual([]);
  });

  it('judges at most the first 101 entries of a list, so that the answer stays small', async () => {
    const metadata = Array.from({ length: 5_000 }, () => ({ key: '', value: '' }));
    const found = await issuesOf({ ...VALID_INPUT, metadata });
    expect(found.map(toText)).toHaveLength(102);
  });
});

describe('createPayment judges the origin of returnUrl', () => {
  it.each(['https://shop.example/return', 'https://shop.example:443/', 'http://localhost:3000/'])(
    'takes %s',
    async (returnUrl) => {
      expect(await issuesOf({ ...VALID_INPUT, returnUrl }, limited)).toEqual([]);
    },
  );

  it.each(['https://shop.example.evil.example/', 'https://shop.example:8443/', 'http://localhost:4000/'])(
    'refuses %s',
    async (returnUrl) => {
      const found = await issuesOf({ ...VALID_INPUT, returnUrl }, limited);
      expect(found).toEqual([
        {
          path: ['returnUrl'],
          rule: 'returnUrl.notAllowed',
          message: 'returnUrl must have one of the origins that this gateway is set up to return payers to.',
        },
      ]);
    },
  );

  it('leaves what is no URL to the other rule, in its place among the issues', async () => {
    const changes = { returnUrl: 'http://evil.example/', paymentInstrumentId: '', promotionCode: 'c'.repeat(256) };
    const found = await issuesOf({ ...VALID_INPUT, ...changes }, limited);
    expect(found.map(toText)).toEqual([
      'id.blank at paymentInstrumentId',
      'returnUrl.invalid at returnUrl',
      'text.tooLong at promotionCode',
    ]);
  });
});

describe('createPayment judges the scheme of returnUrl', () => {
  const apps = graphqlFixture({
    api: { returnUrlOrigins: ['https://shop.example'], returnUrlSchemes: ['shopapp', 'com.example.shop'] },
  });

  it.each([
    'shopapp://return?x=1',
    'ShopApp://return',
    'shopapp:/return',
    'shopapp:///return',
    'com.example.shop:/b#ü',
  ])('takes %s of a listed app', async (returnUrl) => {
    expect(await issuesOf({ ...VALID_INPUT, returnUrl }, apps)).toEqual([]);
  });

  it.each([
    ...['otherapp://return', 'shopapp.evil://return', 'shopapp:', 'shopapp:return', 'shopapp://a@b/', 'shopapp://a b'],
    ...['shopapp://a\u202eb', 'shopapp:/\nb', `shopapp://${'ü'.repeat(400)}`, 'javascript:alert(1)', '//shopapp://'],
  ])('refuses %j all the same', async (returnUrl) => {
    const found = await issuesOf({ ...VALID_INPUT, returnUrl }, apps);
    expect(found.map(toText)).toEqual(['returnUrl.invalid at returnUrl']);
  });

  it('takes none where none is listed', async () => {
    const found = await issuesOf({ ...VALID_INPUT, returnUrl: 'shopapp://return' });
    expect(found.map(toText)).toEqual(['returnUrl.invalid at returnUrl']);
  });

  it('leaves the origins of pages as they are', async () => {
    const found = await issuesOf({ ...VALID_INPUT, returnUrl: 'https://other.example/' }, apps);
    expect(found.map(toText)).toEqual(['returnUrl.notAllowed at returnUrl']);
  });
});

/** They depend on more than the input: the gateway's settings, the caller's token. */
const NEED_TERMS = ['returnUrl.notAllowed', 'customer.notYours'];

describe('the sentence of a rule', () => {
  const firstCaseOf = (rule: string) =>
    INPUT_CASES.find(({ issues }) => issues.some((issue) => issue.startsWith(`${rule} at`)));

  it.each(Object.entries(INPUT_RULES).filter(([rule]) => !NEED_TERMS.includes(rule)))(
    'is told whole for %s',
    async (rule, { sentence }) => {
      const broken = firstCaseOf(rule);
      const found = await issuesOf({ ...VALID_INPUT, ...broken?.changes });
      const issue = found.find((candidate) => candidate.rule === rule);
      expect(issue?.message).toBe(sentence.replace('{field}', issue?.path.join('.') ?? ''));
    },
  );

  it('names the field by its path', async () => {
    const metadata = [
      { key: 'cart', value: '7' },
      { key: 'k'.repeat(41), value: '7' },
    ];
    const [issue] = await issuesOf({ ...VALID_INPUT, metadata });
    expect(issue?.message).toBe('metadata.1.key must have at most 40 characters.');
  });
});

describe('docs/input-rules.md', () => {
  it('lists every rule with its fields and sentence, and no other', () => {
    const expected = Object.entries(INPUT_RULES).map(
      ([rule, { sentence, appliesTo }]) => `\`${rule}\` (${appliesTo}): ${sentence}`,
    );
    expect(itemsOf(readSection('docs/input-rules.md', 'The rules'))).toEqual(expected);
  });
});
