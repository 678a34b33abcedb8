import { CreatePaymentInput } from '../../../src/graphql/create-payment/create-payment.input.js';
import { MetadataEntryInput } from '../../../src/graphql/create-payment/metadata-entry.input.js';
import { parseCreatePayment } from '../../../src/graphql/create-payment/parse-create-payment.js';
import { PriceDataInput } from '../../../src/graphql/create-payment/price-data.input.js';
import { DecimalScalar } from '../../../src/graphql/scalars/decimal.scalar.js';
import type { InputIssue } from '../../../src/graphql/input/input-issue.js';
import { LOCAL_CALLER, type Caller } from '../../../src/payments/access/caller.js';
import type { CreatePaymentInput as SentInput } from '../../generated/operations.js';
import { INPUT_CASES } from './create-payment.inputs.js';
import { CATALOGUE, VALID_INPUT } from './valid-input.js';

/** The input as the GraphQL layer hands it on: instances of the decorated classes. */
function inputOf(changes: Partial<SentInput> = {}): CreatePaymentInput {
  const sent = { ...VALID_INPUT, ...changes };
  const { amount, priceDataList } = sent;
  return Object.assign(new CreatePaymentInput(), sent, {
    amount: amount == null ? null : DecimalScalar.parseValue(amount),
    priceDataList: priceDataList?.map((line) =>
      Object.assign(new PriceDataInput(), {
        quantity: 1,
        ...line,
        unitAmount: DecimalScalar.parseValue(line.unitAmount),
      }),
    ),
    metadata: sent.metadata?.map((entry) => Object.assign(new MetadataEntryInput(), entry)),
  });
}

const toText = ({ rule, path }: InputIssue) => `${rule} at ${path.join('.')}`;
const parse = (input: CreatePaymentInput, returnUrlOrigins: readonly string[] = [], caller: Caller = LOCAL_CALLER) => {
  const parsed = parseCreatePayment(input, caller, { returnUrlOrigins, returnUrlSchemes: ['shopapp'] });
  return 'issues' in parsed ? { issues: parsed.issues, command: null } : { issues: [], command: parsed.command };
};
const issuesOf = (changes: Partial<SentInput>, returnUrlOrigins?: readonly string[]) =>
  parse(inputOf(changes), returnUrlOrigins).issues.map(toText);

/** The same as over GraphQL (create-payment.rules.test.ts), without a server in between. */
describe('the issues of an input', () => {
  it.each(INPUT_CASES)('$title', ({ changes, issues }) => {
    expect(issuesOf(changes)).toEqual(issues);
  });

  it('lets a payer come back to the listed origins only', () => {
    const origins = ['https://shop.example'];
    expect(issuesOf({ returnUrl: 'https://shop.example/a?b' }, origins)).toEqual([]);
    expect(issuesOf({ returnUrl: 'https://shop.example:8443/a' }, origins)).toEqual([
      'returnUrl.notAllowed at returnUrl',
    ]);
    expect(issuesOf({ returnUrl: 'ftp://shop.example/a' }, origins)).toEqual(['returnUrl.invalid at returnUrl']);
  });

  it('lets a payer come back to the apps of the listed schemes only, beside any origins', () => {
    const origins = ['https://shop.example'];
    expect(issuesOf({ returnUrl: 'shopapp:/a' }, origins)).toEqual([]);
    expect(issuesOf({ returnUrl: 'otherapp:/a' }, origins)).toEqual(['returnUrl.invalid at returnUrl']);
  });

  it('checks one entry more than a list may have, and none behind it', () => {
    const bad = { name: '', unitAmount: '1' };
    const lines = Array.from({ length: 102 }, () => bad);
    const issues = issuesOf({ ...CATALOGUE, priceDataList: lines });
    expect(issues).toContain('priceDataList.invalid at priceDataList.100.name');
    expect(issues).not.toContain('priceDataList.invalid at priceDataList.101.name');
    expect(issues[0]).toBe('priceDataList.invalid at priceDataList');
  });
});

describe('the input of a person', () => {
  const alice: Caller = {
    scope: 'customer:alice',
    customerReference: 'alice',
    may: { read: true, write: true, anyCustomer: false },
  };

  it('pays as the person, and is left as it was given', () => {
    const input = inputOf({ customerId: null });
    const { issues, command } = parse(Object.freeze(input), [], alice);
    expect(issues).toEqual([]);
    expect(command?.referenceCustomerId).toBe('alice');
    expect(input.referenceCustomerId).toBeUndefined();
  });

  it('has an issue for each other customer among the other issues, in their order', () => {
    const input = inputOf({ customerId: 'cus_1', referenceCustomerId: 'bob', idempotencyKey: 'short', returnUrl: '' });
    expect(parse(input, [], alice).issues).toEqual([
      {
        ...{ path: ['idempotencyKey'], rule: 'idempotencyKey.invalid' },
        message: 'idempotencyKey must have 16 to 255 visible ASCII characters.',
      },
      {
        ...{ path: ['customerId'], rule: 'customer.notYours' },
        message: 'customerId must be left out: your access token says which customer the payment is for.',
      },
      expect.objectContaining({ path: ['referenceCustomerId'], rule: 'customer.notYours' }),
      expect.objectContaining({ path: ['returnUrl'], rule: 'returnUrl.invalid' }),
    ]);
  });
});

describe('the command of an input', () => {
  const BARE = {
    ...{ idempotencyKey: VALID_INPUT.idempotencyKey, customerId: 'cus_1', customerEmail: null },
    ...{ referenceCustomerId: null, paymentCurrency: null, priceDataList: [], paymentInstrumentId: 'pi_1' },
    ...{ paymentMethodType: 'CARD', returnUrl: VALID_INPUT.returnUrl, merchantReferenceId: null },
    ...{ promotionCode: null, metadata: [], platformType: null, deviceType: null },
    price: { kind: 'direct', money: { minorUnits: 1999n, currency: 'USD' } },
  };

  it('is the input with nulls for what is absent', () => {
    expect(parse(inputOf()).command).toEqual(BARE);
    const blanks = { customerEmail: ' ', referenceCustomerId: '', merchantReferenceId: '\t', promotionCode: ' ' };
    const input = inputOf({ ...blanks, paymentCurrency: ' ', priceId: ' ', productId: '' });
    expect(parse(input).command).toEqual(BARE);
  });

  it('keeps everything that was given', () => {
    const given: Partial<SentInput> = {
      ...{ customerEmail: 'a@shop.example', referenceCustomerId: 'ref-1', paymentCurrency: 'EUR' },
      ...{ merchantReferenceId: 'cart-7', promotionCode: 'TEA', platformType: 'WAP', deviceType: 'IOS' },
      metadata: [{ key: ' a ', value: '' }],
    };
    expect(parse(inputOf(given)).command).toEqual({ ...BARE, ...given });
  });

  it('takes a catalogue price by both of its ids, and amounts in their shortest form', () => {
    const line = {
      name: 'Tea',
      unitAmount: '19.90',
      quantity: 2,
      currency: ' ',
      imageUrl: 'https://shop.example/a.png',
    };
    expect(parse(inputOf({ ...CATALOGUE, priceDataList: [line] })).command).toEqual({
      ...BARE,
      price: { kind: 'catalogue', priceId: 'price_1', productId: 'prd_1' },
      priceDataList: [{ ...line, unitAmount: '19.9', currency: null }],
    });
  });

  it.each([
    { amount: null },
    { amount: '1,5' },
    { amount: '1.999' },
    { currency: null },
    { amount: null, currency: null, priceId: 'price_1' },
    { amount: null, currency: null, productId: 'prd_1' },
  ])('is none without a price: %j has an issue', (changes) => {
    const { issues, command } = parse(inputOf(changes));
    expect(issues).not.toEqual([]);
    expect(command).toBeNull();
  });

  it('is none with a line without an amount, which has an issue', () => {
    const { issues, command } = parse(inputOf({ priceDataList: [{ name: 'Tea', unitAmount: 'free' }] }));
    expect(issues.map(toText)).toEqual(['priceDataList.invalid at priceDataList.0.unitAmount']);
    expect(command).toBeNull();
  });
});
