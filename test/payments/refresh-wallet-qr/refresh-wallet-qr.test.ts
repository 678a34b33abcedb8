import { RefreshWalletQrDocument, type RefreshWalletQrMutation } from '../../generated/operations.js';
import { print } from 'graphql';
import type { WalletQrAction } from '../../../src/payments/model/action.js';
import { LOCAL_CALLER } from '../../../src/payments/access/caller.js';
import { StoreUnavailableError } from '../../../src/payments/model/errors.js';
import type { QrRefreshOutcome } from '../../../src/payments/ports/order-provider.js';
import type { Payment } from '../../../src/payments/model/payment.js';
import type { ClaimRefusal } from '../../../src/payments/ports/payment-store.js';
import type { PaymentUpdate } from '../../../src/payments/ports/payment-update.js';
import { createWalletQrService } from '../../../src/payments/refresh-wallet-qr/refresh-wallet-qr.service.js';
import { createOutcomeWriter } from '../../../src/payments/outcome-writer/outcome-writer.js';
import { systemClock } from '../../../src/shared/clock.js';
import { paymentWith } from '../../graphql/graphql-fixture.js';
import { startGateway, type Gateway } from '../../support/gateway/gateway.js';
import { createPayment, paymentInput, send } from '../../support/graphql-client.js';

const CODE = 'query ($id: ID!) { payment(id: $id) { action { ... on WalletQr { mobileAuthUrl } } } }';

interface RefreshedPayment {
  readonly updatedAt: string;
  readonly action: { readonly mobileAuthUrl: string };
  readonly timeline: readonly { readonly source: string; readonly detail: string | null }[];
}

describe('refreshWalletQr', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  const refresh = async (paymentId: string) => {
    const { body } = await send(gateway.url, print(RefreshWalletQrDocument), { paymentId });
    expect(body.errors).toBeUndefined();
    return (body.data as RefreshWalletQrMutation).refreshWalletQr;
  };
  const newQr = async () =>
    (
      await createPayment(
        gateway.url,
        paymentInput({ paymentInstrumentId: 'pi_wallet_qr', paymentMethodType: 'CASHAPP' }),
      )
    ).payment;

  it('answers with the payment and its new code, which replaces the one before', async () => {
    const { id, action } = await newQr();
    const result = await refresh(id);
    const { body } = await send(gateway.url, CODE, { id });

    expect(result).toMatchObject({
      __typename: 'RefreshWalletQrSuccess',
      payment: {
        ...{ id, status: 'REQUIRES_ACTION', action: { __typename: 'WalletQr' } },
        timeline: expect.arrayContaining([
          expect.objectContaining({
            source: 'QR_REFRESH',
            status: 'REQUIRES_ACTION',
            detail: 'A new QR code was made.',
          }),
        ]) as unknown,
      },
    });
    const fresh = (result as { payment: { action: { mobileAuthUrl: string } } }).payment.action.mobileAuthUrl;
    expect(fresh).not.toBe(action.mobileAuthUrl);
    expect(body.data.payment.action.mobileAuthUrl).toBe(fresh);
  });

  it('gives one code to all who ask at once', async () => {
    const { id } = await newQr();
    const results = await Promise.all([refresh(id), refresh(id), refresh(id)]);
    const urls = results.map(
      (result) => (result as { payment: { action: { mobileAuthUrl: string } } }).payment.action.mobileAuthUrl,
    );
    expect(new Set(urls).size).toBe(1);
  });

  it('tells of twenty new codes in the timeline, then once that there are more, and goes on making them', async () => {
    const { id } = await newQr();
    const results: RefreshWalletQrMutation['refreshWalletQr'][] = [];
    for (let call = 0; call < 23; call++) results.push(await refresh(id));
    const payments = results.map((result) => (result as { payment: RefreshedPayment }).payment);
    const refreshes = payments.map(({ timeline }) => timeline.filter(({ source }) => source === 'QR_REFRESH'));

    expect(refreshes.map(({ length }) => length)).toEqual([
      ...Array.from({ length: 20 }, (_none, n) => n + 1),
      21,
      21,
      21,
    ]);
    expect(refreshes.at(-1)?.map(({ detail }) => detail)).toEqual([
      ...Array<string>(20).fill('A new QR code was made.'),
      'A new QR code was made. Those after it are not told one by one.',
    ]);
    expect(new Set(payments.map(({ action }) => action.mobileAuthUrl)).size).toBe(23);
    expect(new Set(payments.map(({ updatedAt }) => updatedAt)).size).toBe(23);
    expect((await send(gateway.url, CODE, { id })).body.data.payment.action).toEqual({
      mobileAuthUrl: payments.at(-1)?.action.mobileAuthUrl,
    });
  });

  it.each([
    ['is paid', 'pi_card_ok', 'CARD'],
    ['waits for something else', 'pi_card_3ds', 'CARD'],
    ['has a code of another wallet', 'pi_wallet_qr', 'ALIPAY'],
  ])('refuses a payment that %s', async (_what, paymentInstrumentId, paymentMethodType) => {
    const { payment } = await gateway.pay({ paymentInstrumentId, paymentMethodType });
    expect(await refresh(payment.id)).toMatchObject({
      __typename: 'WalletQrNotRefreshable',
      code: 'QR_NOT_REFRESHABLE',
      retry: 'DO_NOT_RETRY',
      message:
        'This payment has no QR code that could be renewed: only a Cash App payment that still waits for its ' +
        'payer has one. Look at the payment’s status.',
      payment: { id: payment.id },
    });
  });

  it('answers for a payment that does not exist', async () => {
    expect(await refresh('pay_unknown')).toMatchObject({
      __typename: 'PaymentNotFound',
      code: 'PAYMENT_NOT_FOUND',
      retry: 'DO_NOT_RETRY',
      message: 'There is no payment with this id, or it is somebody else’s.',
    });
  });
});

describe('refreshWalletQr by a caller in a hurry', () => {
  it('is limited, with the time to come back, and payments are counted apart', async () => {
    const gateway = await startGateway({ env: { RATE_LIMIT_PER_SERVICE: '2' } });
    const input = paymentInput({ paymentInstrumentId: 'pi_wallet_qr', paymentMethodType: 'CASHAPP' });
    const { payment } = await createPayment(gateway.url, input);
    const refresh = async () => (await send(gateway.url, REFRESH, { paymentId: payment.id })).body.data.refreshWalletQr;
    const answers = [await refresh(), await refresh(), await refresh()];
    expect(answers.map(({ __typename }) => __typename)).toEqual([
      ...['RefreshWalletQrSuccess', 'RefreshWalletQrSuccess', 'RateLimited'],
    ]);
    expect(answers[2]).toEqual({
      __typename: 'RateLimited',
      code: 'QR_RATE_LIMITED',
      message:
        'Too many QR codes were asked for in a short time. The present one is still good until it expires; ' +
        'ask for another after `retryAfter`.',
      retry: 'WAIT_AND_QUERY',
      retryAfter: expect.stringMatching(/^\d{4}-/) as string,
    });
    expect(await gateway.pay()).toMatchObject({ __typename: 'CreatePaymentSuccess' });
    await gateway.close();
  });
});

const REFRESH = `mutation ($paymentId: ID!) {
  refreshWalletQr(paymentId: $paymentId) { __typename ... on RateLimited { code message retry retryAfter } }
}`;

/** The service alone, with a store and a provider that do what a test says. */
function serviceWith(parts: {
  payment?: Partial<Payment>;
  find?: () => Promise<(Payment | null)[]>;
  refreshed?: () => Promise<QrRefreshOutcome>;
  record?: (update: PaymentUpdate) => Promise<Payment>;
  count?: () => Promise<ClaimRefusal | null>;
}) {
  const waiting = paymentWith({
    ...{ scope: LOCAL_CALLER.scope, state: 'REQUIRES_ACTION', paymentMethodType: 'CASHAPP' },
    ...parts.payment,
  });
  const log = { info: () => undefined, alarm: () => undefined };
  const outcomeWriter = createOutcomeWriter(systemClock, log);
  return createWalletQrService({
    reads: { findByIds: parts.find ?? (() => Promise.resolve([waiting])) },
    store: {
      restore: () => Promise.resolve(),
      countQrRefresh: parts.count ?? (() => Promise.resolve(null)),
      record: (_id, update) =>
        parts.record?.(update) ?? Promise.resolve({ ...waiting, action: update.fields.action ?? null }),
    },
    orders: { refreshWalletQr: parts.refreshed ?? (() => Promise.resolve({ kind: 'refreshed', action: FRESH })) },
    ...{ outcomeWriter, clock: systemClock, log, rates: { perPerson: 5, perService: 5 } },
  });
}

const FRESH: WalletQrAction = {
  kind: 'walletQr',
  imageUrlPng: null,
  imageUrlSvg: null,
  imageDataUrl: null,
  hostedInstructionsUrl: null,
  mobileAuthUrl: 'cashapp://fresh',
  fallbackUrl: null,
  packageName: null,
  expiresAtMs: null,
  paymentMethodType: 'CASHAPP',
};

describe('the service that renews QR codes', () => {
  it('does not ask the provider for a payment of somebody else', async () => {
    const asked: string[] = [];
    const service = serviceWith({
      payment: { scope: 'somebody' },
      refreshed: () => Promise.reject(new Error(String(asked.push('asked')))),
    });
    expect(await service.refreshWalletQr('pay_1', LOCAL_CALLER)).toEqual({ kind: 'notFound' });
    expect(asked).toEqual([]);
  });

  it.each([
    [
      'has none to renew',
      { kind: 'refused', rejection: { providerCode: '400', providerMessage: null } },
      'notRefreshable',
    ],
    ['does not answer', { kind: 'unavailable', reason: 'timeout' }, 'unavailable'],
  ] as const)('says so when the provider %s', async (_what, outcome, kind) => {
    const service = serviceWith({ refreshed: () => Promise.resolve(outcome) });
    expect(await service.refreshWalletQr('pay_1', LOCAL_CALLER)).toMatchObject({ kind, payment: { id: 'pay_1' } });
  });

  it('says so when the store does not answer, and has asked the provider for nothing', async () => {
    const service = serviceWith({ find: () => Promise.reject(new StoreUnavailableError('gone')) });
    expect(await service.refreshWalletQr('pay_1', LOCAL_CALLER)).toEqual({ kind: 'unavailable', payment: null });
  });

  it('asks the provider for nothing when the rate is spent, or can not be counted', async () => {
    const asked: string[] = [];
    const refreshed = () => Promise.reject(new Error(String(asked.push('asked'))));
    const spent = serviceWith({ refreshed, count: () => Promise.resolve({ kind: 'limited', retryAfterMs: 1_000 }) });
    const uncounted = serviceWith({ refreshed, count: () => Promise.reject(new StoreUnavailableError('gone')) });
    expect(await spent.refreshWalletQr('pay_1', LOCAL_CALLER)).toMatchObject({ kind: 'rateLimited' });
    expect(await uncounted.refreshWalletQr('pay_1', LOCAL_CALLER)).toEqual({ kind: 'unavailable', payment: null });
    expect(asked).toEqual([]);
  });

  it('gives the payer a code that can not be stored yet: the one before is worthless already', async () => {
    const service = serviceWith({ record: () => new Promise(() => undefined) });
    expect(await service.refreshWalletQr('pay_1', LOCAL_CALLER)).toMatchObject({
      kind: 'refreshed',
      payment: { action: FRESH },
    });
  });

  it('shows where the payment stands that was paid in the meantime', async () => {
    const service = serviceWith({ record: () => Promise.resolve(paymentWith({ state: 'SUCCEEDED' })) });
    expect(await service.refreshWalletQr('pay_1', LOCAL_CALLER)).toMatchObject({
      kind: 'refreshed',
      payment: { state: 'SUCCEEDED' },
    });
  });

  it('asks again once the first answer is there', async () => {
    let asked = 0;
    const service = serviceWith({
      refreshed: () => {
        asked += 1;
        return Promise.resolve({ kind: 'refreshed', action: FRESH });
      },
    });
    await Promise.all([1, 2].map(() => service.refreshWalletQr('pay_1', LOCAL_CALLER)));
    await service.refreshWalletQr('pay_1', LOCAL_CALLER);
    expect(asked).toBe(2);
  });
});
