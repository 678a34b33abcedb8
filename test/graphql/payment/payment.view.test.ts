import type { PaymentAction, WalletQrAction } from '../../../src/payments/model/action.js';
import type { Payment } from '../../../src/payments/model/payment.js';
import { PAYMENT_STATUSES, type PaymentState } from '../../../src/payments/model/status.js';
import { PaymentDocument } from '../../generated/operations.js';
import { graphqlFixture, NOW_MS, paymentWith } from '../graphql-fixture.js';

async function shown(changes: Partial<Payment>) {
  const { run } = graphqlFixture({ payments: [paymentWith(changes)] });
  const { data, errors } = await run(PaymentDocument, { id: 'pay_1' });
  expect(errors).toEqual([]);
  return data?.payment;
}

const REDIRECT: PaymentAction = {
  kind: 'redirect',
  url: 'https://Bank.example/3ds?token=a%2Fb&x=|',
  paymentMethodType: 'CARD',
};
const QR: WalletQrAction = {
  kind: 'walletQr',
  imageUrlPng: 'https://img.example/qr.png',
  imageUrlSvg: null,
  imageDataUrl: 'data:image/png;base64,AAAA',
  hostedInstructionsUrl: 'https://guide.example/',
  mobileAuthUrl: 'cashapp://pay/1',
  fallbackUrl: null,
  packageName: 'com.example.cash',
  expiresAtMs: NOW_MS + 90_900,
  paymentMethodType: 'CASHAPP',
};

describe('a payment is shown', () => {
  it('with every field', async () => {
    expect(await shown({})).toEqual({
      id: 'pay_1',
      orderId: 'order_1',
      sessionId: 'sess_1',
      status: 'SUCCEEDED',
      terminal: true,
      action: null,
      amount: { amount: '19.99', currency: 'USD' },
      paymentMethodType: 'CARD',
      paymentInstrumentId: 'pi_1',
      merchantReferenceId: 'cart-7',
      customer: { id: 'cus_1' },
      product: { id: 'prd_1' },
      failure: null,
      metadata: [{ key: 'cart', value: '7' }],
      timeline: [
        {
          id: 'pev_1',
          status: 'PROCESSING',
          source: 'CREATE_PAYMENT',
          occurredAt: '2026-01-31T11:59:59.980Z',
          detail: null,
        },
        {
          id: 'pev_2',
          status: 'SUCCEEDED',
          source: 'PROVIDER_ANSWER',
          occurredAt: '2026-01-31T11:59:59.990Z',
          detail: 'Paid.',
        },
      ],
      createdAt: '2026-01-31T11:59:59.980Z',
      updatedAt: '2026-01-31T11:59:59.990Z',
    });
  });

  it('without what is not known yet', async () => {
    const unknown = {
      orderId: null,
      sessionId: null,
      amount: null,
      customer: { customerId: null, referenceCustomerId: '7' },
      productId: null,
    };
    expect(await shown(unknown)).toMatchObject({
      orderId: null,
      sessionId: null,
      amount: null,
      customer: null,
      product: null,
    });
  });

  it.each([
    { minorUnits: 680n, currency: 'JPY', amount: '680' },
    { minorUnits: 1500n, currency: 'KWD', amount: '1.500' },
    { minorUnits: 5n, currency: 'USD', amount: '0.05' },
    { minorUnits: 900_719_925_474_099_301n, currency: 'USD', amount: '9007199254740993.01' },
  ])('with $amount $currency exactly', async ({ minorUnits, currency, amount }) => {
    expect(await shown({ amount: { minorUnits, currency } })).toMatchObject({ amount: { amount, currency } });
  });

  it.each<[PaymentState, string, boolean]>([
    ['RELEASED', 'PROCESSING', false],
    ['FAILED_INFERRED', 'FAILED', true],
    ...PAYMENT_STATUSES.map((status): [PaymentState, string, boolean] => [
      status,
      status,
      ['SUCCEEDED', 'FAILED', 'PARTIALLY_REFUNDED', 'REFUNDED'].includes(status),
    ]),
  ])('%s as %s', async (state, status, terminal) => {
    expect(await shown({ state })).toMatchObject({ status, terminal });
  });
});

describe('an action is shown', () => {
  it('as a redirect to the very URL that the provider gave', async () => {
    const payment = await shown({ state: 'REQUIRES_ACTION', action: REDIRECT });
    expect(payment?.action).toEqual({
      __typename: 'Redirect',
      url: 'https://Bank.example/3ds?token=a%2Fb&x=|',
      paymentMethodType: 'CARD',
    });
  });

  it('as a QR code whose countdown starts at the time of the answer', async () => {
    const payment = await shown({ state: 'REQUIRES_ACTION', action: QR });
    expect(payment?.action).toEqual({
      __typename: 'WalletQr',
      imageUrlPng: 'https://img.example/qr.png',
      imageUrlSvg: null,
      imageDataUrl: 'data:image/png;base64,AAAA',
      hostedInstructionsUrl: 'https://guide.example/',
      mobileAuthUrl: 'cashapp://pay/1',
      fallbackUrl: null,
      packageName: 'com.example.cash',
      expiresAt: '2026-01-31T12:01:30.900Z',
      expiresInSeconds: 90,
      paymentMethodType: 'CASHAPP',
    });
  });

  it.each([
    { expiresAtMs: NOW_MS - 1, expiresInSeconds: 0, expiresAt: '2026-01-31T11:59:59.999Z' },
    { expiresAtMs: null, expiresInSeconds: null, expiresAt: null },
  ])('with a countdown of $expiresInSeconds for an end at $expiresAt', async ({ expiresAtMs, ...countdown }) => {
    const payment = await shown({ state: 'REQUIRES_ACTION', action: { ...QR, expiresAtMs } });
    expect(payment?.action).toMatchObject(countdown);
  });

  it('as a form to post, as data', async () => {
    const fields = [{ name: 'PaReq', value: '<b>"&' }];
    const action: PaymentAction = { kind: 'formPost', url: 'https://bank.example/', fields, paymentMethodType: null };
    const payment = await shown({ state: 'REQUIRES_ACTION', action });
    expect(payment?.action).toEqual({
      __typename: 'FormPost',
      url: 'https://bank.example/',
      fields,
      paymentMethodType: null,
    });
  });

  it.each(['PENDING', 'SUCCEEDED', 'FAILED', 'UNKNOWN'] as const)('no more once the payment is %s', async (state) => {
    const payment = await shown({ state, action: REDIRECT });
    expect(payment?.action).toBeNull();
  });
});
