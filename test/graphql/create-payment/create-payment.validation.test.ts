import { CreatePaymentInput } from '../../../src/graphql/create-payment/create-payment.input.js';
import { toCommand } from '../../../src/graphql/create-payment/create-payment.command.js';
import { judgeAsCaller, validateInput } from '../../../src/graphql/create-payment/create-payment.validation.js';
import { MetadataEntryInput } from '../../../src/graphql/create-payment/metadata-entry.input.js';
import { PriceDataInput } from '../../../src/graphql/create-payment/price-data.input.js';
import { DecimalScalar } from '../../../src/graphql/scalars/decimal.scalar.js';
import type { InputIssue } from '../../../src/graphql/input/find-issues.js';
import type { Caller } from '../../../src/payments/access/caller.js';
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
const issuesOf = (changes: Partial<SentInput>, returnUrlOrigins: readonly string[] = []) =>
  validateInput(inputOf(changes), { returnUrlOrigins, returnUrlSchemes: ['shopapp'] }).map(toText);

/** The same as over GraphQL (create-payment.rules.test.ts), without a server in between. */
describe('validateInput', () => {
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

  it('lets a payer come back to the apps of the listed schemes only, whatever the origins', () => {
    const origins = ['https://shop.example'];
    expect(issuesOf({ returnUrl: 'shopapp:/a' }, origins)).toEqual([]);
    expect(issuesOf({ returnUrl: 'otherapp:/a' }, origins)).toEqual(['returnUrl.invalid at returnUrl']);
  });

  it('judges one entry more than a list may have, and none behind it', () => {
    const bad = { name: '', unitAmount: '1' };
    const lines = Array.from({ length: 102 }, () => bad);
    const issues = issuesOf({ ...CATALOGUE, priceDataList: lines });
    expect(issues).toContain('priceDataList.invalid at priceDataList.100.name');
    expect(issues).not.toContain('priceDataList.invalid at priceDataList.101.name');
    expect(issues[0]).toBe('priceDataList.invalid at priceDataList');
  });
});

describe('judgeAsCaller', () => {
  const alice: Caller = {
    scope: 'customer:alice',
    customerReference: 'alice',
    may: { read: true, write: true, anyCustomer: false },
  };

  it('writes the person into the input', () => {
    const input = inputOf({ customerId: null });
    expect(judgeAsCaller(input, { returnUrlOrigins: [], returnUrlSchemes: [], caller: alice })).toEqual([]);
    expect(input.referenceCustomerId).toBe('alice');
  });

  it('tells whom the person may not pay for among the other issues, in their order', () => {
    const input = inputOf({ customerId: 'cus_1', referenceCustomerId: 'bob', idempotencyKey: 'short', returnUrl: '' });
    expect(judgeAsCaller(input, { returnUrlOrigins: [], returnUrlSchemes: [], caller: alice })).toEqual([
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

describe('toCommand', () => {
  const BARE = {
    ...{ idempotencyKey: VALID_INPUT.idempotencyKey, customerId: 'cus_1', customerEmail: null },
    ...{ referenceCustomerId: null, paymentCurrency: null, priceDataList: [], paymentInstrumentId: 'pi_1' },
    ...{ paymentMethodType: 'CARD', returnUrl: VALID_INPUT.returnUrl, merchantReferenceId: null },
    ...{ promotionCode: null, metadata: [], platformType: null, deviceType: null },
    price: { kind: 'direct', money: { minorUnits: 1999n, currency: 'USD' } },
  };

  it('is the input with nulls for what is absent', () => {
    expect(toCommand(inputOf())).toEqual(BARE);
    const blanks = { customerEmail: ' ', referenceCustomerId: '', merchantReferenceId: '\t', promotionCode: ' ' };
    expect(toCommand(inputOf({ ...blanks, paymentCurrency: ' ', priceId: ' ', productId: '' }))).toEqual(BARE);
  });

  it('keeps everything that was given', () => {
    const given: Partial<SentInput> = {
      ...{ customerEmail: 'a@shop.example', referenceCustomerId: 'ref-1', paymentCurrency: 'EUR' },
      ...{ merchantReferenceId: 'cart-7', promotionCode: 'TEA', platformType: 'WAP', deviceType: 'IOS' },
      metadata: [{ key: ' a ', value: '' }],
    };
    expect(toCommand(inputOf(given))).toEqual({ ...BARE, ...given });
  });

  it('takes a catalogue price by both of its ids, and amounts in their shortest form', () => {
    const line = {
      name: 'Tea',
      unitAmount: '19.90',
      quantity: 2,
      currency: ' ',
      imageUrl: 'https://shop.example/a.png',
    };
    expect(toCommand(inputOf({ ...CATALOGUE, priceDataList: [line] }))).toEqual({
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
  ])('throws on an input without a price (%j), which the rules refuse', (changes) => {
    expect(() => toCommand(inputOf(changes))).toThrow('a valid input has a price');
  });

  it('throws on a line without an amount, which the rules refuse', () => {
    const priceDataList = [{ name: 'Tea', unitAmount: 'free' }];
    expect(() => toCommand(inputOf({ priceDataList }))).toThrow('a valid line has a unitAmount');
  });
});
