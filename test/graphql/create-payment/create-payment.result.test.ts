import { CreatePaymentDocument } from '../../generated/operations.js';
import type { CreatePaymentOutcome } from '../../../src/payments/create-payment/create-payment.outcome.js';
import { CALLER, graphqlFixture, NOW_MS, paymentWith, REQUEST_ID, UNUSED_SERVICES } from '../graphql-fixture.js';
import { CATALOGUE, VALID_INPUT } from './valid-input.js';

async function resultOf(outcome: CreatePaymentOutcome) {
  const { run } = graphqlFixture({ outcome: () => Promise.resolve(outcome) });
  const { data, errors } = await run(CreatePaymentDocument, { input: VALID_INPUT });
  expect(errors).toEqual([]);
  return data?.createPayment;
}

describe('createPayment answers', () => {
  it('with the payment and whether it is a replay', async () => {
    const result = await resultOf({ kind: 'created', payment: paymentWith(), replayed: true });
    expect(result).toMatchObject({
      __typename: 'CreatePaymentSuccess',
      replayed: true,
      payment: { id: 'pay_1', status: 'SUCCEEDED', terminal: true, amount: { amount: '19.99', currency: 'USD' } },
    });
  });

  it('with a success whose payment failed when the card was declined', async () => {
    const failure = { code: 'card_declined', message: 'The card was declined.', retry: 'USE_NEW_KEY' as const };
    const result = await resultOf({
      kind: 'created',
      payment: paymentWith({ state: 'FAILED', failure }),
      replayed: false,
    });
    expect(result).toMatchObject({
      __typename: 'CreatePaymentSuccess',
      payment: { status: 'FAILED', terminal: true, failure },
    });
  });

  const REUSED = 'This idempotency key was used before with another input. This call charged nothing. ';
  const UNDER_WAY =
    'The payment of this key may still charge the payer. Ask for it again later, and use no other key meanwhile.';
  const CHARGED = 'The payment of this key has charged the payer. Another key would charge again.';

  it.each([
    ['PROCESSING', 'WAIT_AND_QUERY', UNDER_WAY],
    ['RELEASED', 'WAIT_AND_QUERY', UNDER_WAY],
    ['UNKNOWN', 'WAIT_AND_QUERY', UNDER_WAY],
    ['PENDING', 'WAIT_AND_QUERY', UNDER_WAY],
    ['REQUIRES_ACTION', 'WAIT_AND_QUERY', UNDER_WAY],
    ['SUCCEEDED', 'DO_NOT_RETRY', CHARGED],
    ['PARTIALLY_REFUNDED', 'DO_NOT_RETRY', CHARGED],
    ['REFUNDED', 'DO_NOT_RETRY', CHARGED],
    ['FAILED', 'USE_NEW_KEY', 'The payment of this key failed and charged nothing. Use a new key for another attempt.'],
  ] as const)('that the key was used with another input, whose payment is %s', async (state, retry, advice) => {
    const result = await resultOf({ kind: 'conflict', code: 'KEY_REUSED', payment: paymentWith({ state }) });
    expect(result).toMatchObject({
      ...{ __typename: 'IdempotencyConflict', code: 'KEY_REUSED', retry, message: `${REUSED}${advice}` },
      ...{ requestId: REQUEST_ID, conflicting: { id: 'pay_1' } },
    });
  });

  it('that the key has expired', async () => {
    const expired =
      'This idempotency key was used longer ago than the 30 days that keys are kept. This call charged nothing. ';
    const forgotten = await resultOf({ kind: 'conflict', code: 'KEY_EXPIRED', payment: null });
    const known = await resultOf({ kind: 'conflict', code: 'KEY_EXPIRED', payment: paymentWith() });

    expect(forgotten).toMatchObject({
      ...{ __typename: 'IdempotencyConflict', code: 'KEY_EXPIRED', retry: 'DO_NOT_RETRY', conflicting: null },
      message: `${expired}What became of its payment is not known any more. Look it up before making another.`,
    });
    expect(known).toMatchObject({ code: 'KEY_EXPIRED', retry: 'DO_NOT_RETRY', message: `${expired}${CHARGED}` });
  });

  it('that the provider refused', async () => {
    const payment = paymentWith({ state: 'FAILED' });
    const result = await resultOf({
      kind: 'rejected',
      payment,
      providerCode: '90101206',
      providerMessage: 'amount incorrect',
    });
    expect(result).toMatchObject({
      __typename: 'PaymentRejected',
      code: 'PAYMENT_REJECTED',
      message:
        'The provider refused the request and charged nothing. Correct what `providerCode` names and send it with a ' +
        'new idempotency key.',
      retry: 'USE_NEW_KEY',
      requestId: REQUEST_ID,
      providerCode: '90101206',
      providerMessage: 'amount incorrect',
      rejected: { id: 'pay_1', status: 'FAILED' },
    });
  });

  it('that the outcome is unknown', async () => {
    const payment = paymentWith({ state: 'UNKNOWN', orderId: null });
    const result = await resultOf({ kind: 'unknown', payment, checkAgainAtMs: NOW_MS + 15_000 });
    expect(result).toMatchObject({
      __typename: 'PaymentOutcomeUnknown',
      code: 'OUTCOME_UNKNOWN',
      message:
        'The request may have reached the provider, and no outcome of it is known. The payer may have been charged; ' +
        'the gateway is finding out. Query this payment again at `checkAgainAt`.',
      retry: 'WAIT_AND_QUERY',
      requestId: REQUEST_ID,
      checkAgainAt: '2026-01-31T12:00:15.000Z',
      payment: { id: 'pay_1', orderId: null, status: 'UNKNOWN', terminal: false },
    });
  });

  it.each([
    {
      code: 'PROVIDER_UNAVAILABLE' as const,
      retryAtMs: NOW_MS + 1_500,
      retryAfter: '2026-01-31T12:00:01.500Z',
      message:
        'The provider did not take the request, so nothing was charged. Send it again with the same idempotency key.',
    },
    {
      code: 'STORE_UNAVAILABLE' as const,
      retryAtMs: null,
      retryAfter: null,
      message:
        'The gateway could not record this call, so it sent nothing to the provider. An earlier call with the same ' +
        'key may have charged: send it again with the same idempotency key, which never charges twice.',
    },
  ])('that nothing was charged: $code', async ({ code, retryAtMs, retryAfter, message }) => {
    const result = await resultOf({ kind: 'unavailable', code, retryAtMs });
    expect(result).toEqual({
      __typename: 'ProviderUnavailable',
      code,
      message,
      retry: 'RETRY_SAME_KEY',
      requestId: REQUEST_ID,
      retryAfter,
    });
  });

  it('that too many calls came', async () => {
    const result = await resultOf({ kind: 'rateLimited', retryAtMs: NOW_MS + 2_000 });
    expect(result).toEqual({
      __typename: 'RateLimited',
      code: 'RATE_LIMITED',
      message:
        'Too many payments in a short time, or too many calls at once with a key that is being worked on. This call ' +
        'charged nothing; send it again after `retryAfter` with the same idempotency key, which never charges twice.',
      retry: 'RETRY_SAME_KEY',
      requestId: REQUEST_ID,
      tryAgainAt: '2026-01-31T12:00:02.000Z',
    });
  });
});

describe('createPayment hands on', () => {
  it('a command in which blanks are gone and everything else is as it was given', async () => {
    const { run, commands } = graphqlFixture();
    await run(CreatePaymentDocument, {
      input: {
        ...VALID_INPUT,
        customerEmail: ' ',
        referenceCustomerId: ' padded ',
        amount: '30.5',
        paymentCurrency: '',
        priceDataList: [
          { name: ' Tea 🍵 ', unitAmount: '15.250'.slice(0, 5), quantity: 2, currency: ' ', imageUrl: '' },
        ],
        merchantReferenceId: '\t',
        metadata: [{ key: 'e\u0301', value: ' ' }],
        platformType: 'WAP',
        deviceType: 'IOS',
      },
    });
    expect(commands).toEqual([
      {
        idempotencyKey: 'key-0123456789abcdef',
        customerId: 'cus_1',
        customerEmail: null,
        referenceCustomerId: ' padded ',
        price: { kind: 'direct', money: { minorUnits: 3050n, currency: 'USD' } },
        paymentCurrency: null,
        priceDataList: [{ name: ' Tea 🍵 ', unitAmount: '15.25', quantity: 2, currency: null, imageUrl: null }],
        paymentInstrumentId: 'pi_1',
        paymentMethodType: 'CARD',
        returnUrl: 'https://shop.example/return',
        merchantReferenceId: null,
        promotionCode: null,
        metadata: [{ key: 'e\u0301', value: ' ' }],
        platformType: 'WAP',
        deviceType: 'IOS',
      },
    ]);
  });

  it('a catalogue price, one piece where no quantity is given, and unit amounts in their shortest form', async () => {
    const { run, commands } = graphqlFixture();
    const priceDataList = [{ name: 'Tea', unitAmount: '2.50', currency: 'EUR' }];
    await run(CreatePaymentDocument, { input: { ...VALID_INPUT, ...CATALOGUE, priceDataList } });
    expect(commands[0]?.price).toEqual({ kind: 'catalogue', priceId: 'price_1', productId: 'prd_1' });
    expect(commands[0]?.priceDataList).toEqual([
      { name: 'Tea', unitAmount: '2.5', quantity: 1, currency: 'EUR', imageUrl: null },
    ]);
  });

  it('the caller of the request', async () => {
    const callers: unknown[] = [];
    const { run, context } = graphqlFixture({
      api: {
        payments: {
          ...UNUSED_SERVICES,
          createPayment: (_command, caller) => {
            callers.push(caller);
            return Promise.resolve({ kind: 'rateLimited', retryAtMs: NOW_MS });
          },
          find: {
            byIds: () => Promise.resolve([]),
            byOrderIds: () => Promise.resolve([]),
            byIdempotencyKey: () => Promise.resolve(null),
            page: () => Promise.resolve({ entries: [], hasMore: false }),
          },
        },
      },
    });
    await run(CreatePaymentDocument, { input: VALID_INPUT });
    expect(callers).toEqual([CALLER]);
    expect(context.caller).toBe(CALLER);
  });
});
