import fc from 'fast-check';
import { CreatePaymentInput } from '../../../src/graphql/create-payment/create-payment.input.js';
import { MetadataEntryInput } from '../../../src/graphql/create-payment/metadata-entry.input.js';
import { parseCreatePayment } from '../../../src/graphql/create-payment/parse-create-payment.js';
import { PriceDataInput } from '../../../src/graphql/create-payment/price-data.input.js';
import { INPUT_RULES, sentenceOf } from '../../../src/graphql/input/input-rules.js';
import { LOCAL_CALLER } from '../../../src/payments/access/caller.js';
import { graphqlFixture } from '../graphql-fixture.js';
import { VALID_INPUT } from './valid-input.js';

/** Texts that rules have something to say about, and any other, with half surrogates and control characters. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 600 }),
  fc.constantFrom(
    '',
    ' ',
    '\ud83d',
    '19.99',
    '-0',
    '1e5',
    'USD',
    'JPY',
    'gateway_x',
    'https://shop.example/',
    '__proto__',
  ),
  fc.double().map(String),
);
const optionalText = fc.option(text, { nil: undefined });

const inputs = fc
  .record({
    idempotencyKey: fc.oneof(text, fc.constant(VALID_INPUT.idempotencyKey)),
    customerId: optionalText,
    customerEmail: optionalText,
    referenceCustomerId: optionalText,
    priceId: optionalText,
    productId: optionalText,
    amount: optionalText,
    currency: optionalText,
    paymentCurrency: optionalText,
    priceDataList: fc.option(
      fc.array(
        fc
          .record({
            name: text,
            unitAmount: text,
            quantity: fc.integer(),
            currency: optionalText,
            imageUrl: optionalText,
          })
          .map((line) => Object.assign(new PriceDataInput(), line)),
        { maxLength: 4 },
      ),
    ),
    paymentInstrumentId: text,
    paymentMethodType: fc.constant('CARD' as const),
    returnUrl: fc.oneof(text, fc.webUrl()),
    merchantReferenceId: optionalText,
    promotionCode: optionalText,
    metadata: fc.option(
      fc.array(
        fc.record({ key: text, value: text }).map((entry) => Object.assign(new MetadataEntryInput(), entry)),
        { maxLength: 25 },
      ),
    ),
  })
  .map((fields) => Object.assign(new CreatePaymentInput(), fields));

describe('for any input', () => {
  it('the rules never throw, give each issue once with its own sentence, and change nothing', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const before = JSON.stringify(input);
        const parsed = parseCreatePayment(input, LOCAL_CALLER, {
          returnUrlOrigins: ['https://shop.example'],
          returnUrlSchemes: ['shopapp'],
        });
        const issues = 'issues' in parsed ? parsed.issues : [];
        expect('command' in parsed).toBe(issues.length === 0);
        expect(issues.map(({ message }) => message)).toEqual(issues.map(({ rule, path }) => sentenceOf(rule, path)));
        expect(issues.every(({ rule }) => rule in INPUT_RULES)).toBe(true);
        expect(new Set(issues.map(({ rule, path }) => [rule, ...path].join('/'))).size).toBe(issues.length);
        expect(JSON.stringify(input)).toBe(before);
      }),
      { numRuns: 500 },
    );
  });

  it('a valid one becomes a command with exactly the amount that was given', () => {
    const cents = fc.integer({ min: 1, max: 999_999_999_999 });
    fc.assert(
      fc.property(cents, (minorUnits) => {
        const digits = String(minorUnits).padStart(3, '0');
        const amount = `${digits.slice(0, -2)}.${digits.slice(-2)}`;
        const input = Object.assign(new CreatePaymentInput(), VALID_INPUT, { amount });
        const price = { kind: 'direct', money: { minorUnits: BigInt(minorUnits), currency: 'USD' } };
        expect(parseCreatePayment(input, LOCAL_CALLER, { returnUrlOrigins: [], returnUrlSchemes: [] })).toEqual({
          command: expect.objectContaining({ price }) as object,
        });
      }),
    );
  });

  it('no answer echoes a value of the variables', async () => {
    const { send } = graphqlFixture();
    const query = `mutation ($input: CreatePaymentInput!) {
      createPayment(input: $input) { __typename ... on InvalidPaymentInput { issues { path rule message } } }
    }`;
    const canary = 'CANARYzx9';
    const canaries = fc.constantFrom(
      canary,
      [canary],
      { [canary]: canary },
      `${canary}".`,
      `x at "input.${canary}"`,
      -1,
      null,
    );
    const fields = fc.constantFrom(
      ...Object.keys(VALID_INPUT),
      'metadata',
      'priceDataList',
      'deviceType',
      'customerEmail',
    );
    const changes = fc.dictionary(fields, canaries);
    await fc.assert(
      fc.asyncProperty(changes, async (changed) => {
        const answer = await send(query, { input: { ...VALID_INPUT, ...changed } });
        expect(JSON.stringify(answer)).not.toContain(canary);
      }),
      { numRuns: 150 },
    );
  });
});
