import { startGateway, type Gateway } from '../support/gateway/gateway.js';
import { setFaults } from '../support/gateway/sandbox-faults.js';
import { createPayment, findByKey, paymentInput, readLedger } from '../support/graphql-client.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests reach into answers by path
type Json = any;

interface Expectation {
  readonly result: string;
  readonly payment?: Record<string, unknown>;
  readonly error?: Record<string, unknown>;
  /** Charges on the ledger right after the answer. */
  readonly charged: 0 | 1;
}

const unknown = (detail: RegExp, charged: 0 | 1): Expectation => ({
  result: 'PaymentOutcomeUnknown',
  error: { code: 'OUTCOME_UNKNOWN', retry: 'WAIT_AND_QUERY', checkAgainAt: expect.stringMatching(/Z$/) },
  payment: {
    status: 'UNKNOWN',
    terminal: false,
    failure: null,
    action: null,
    timeline: expect.arrayContaining([
      expect.objectContaining({ status: 'UNKNOWN', detail: expect.stringMatching(detail) }),
    ]),
  },
  charged,
});

const succeedsWith = (payment: Record<string, unknown>, charged: 0 | 1): Expectation => ({
  result: 'CreatePaymentSuccess',
  payment,
  charged,
});

const TRIGGERS: Record<string, Expectation> = {
  pi_card_ok: succeedsWith(
    { status: 'SUCCEEDED', terminal: true, action: null, failure: null, amount: { amount: '19.99', currency: 'USD' } },
    1,
  ),
  pi_card_3ds: succeedsWith(
    {
      status: 'REQUIRES_ACTION',
      terminal: false,
      action: {
        __typename: 'Redirect',
        url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/3ds\/challenge\?token=/),
      },
    },
    0,
  ),
  pi_card_declined: succeedsWith(
    {
      status: 'FAILED',
      terminal: true,
      action: null,
      failure: { code: 'card_declined', retry: 'USE_NEW_KEY', message: expect.any(String) },
    },
    0,
  ),
  pi_wallet_qr: succeedsWith(
    {
      status: 'REQUIRES_ACTION',
      action: {
        __typename: 'WalletQr',
        imageDataUrl: expect.stringMatching(/^data:image\/png;base64,/),
        imageUrlPng: expect.stringMatching(/^http/),
        imageUrlSvg: expect.stringMatching(/^http/),
        expiresInSeconds: expect.any(Number),
      },
    },
    0,
  ),
  pi_form_post: succeedsWith(
    {
      status: 'REQUIRES_ACTION',
      action: {
        __typename: 'FormPost',
        url: expect.stringMatching(/^http/),
        fields: expect.arrayContaining([expect.objectContaining({ name: expect.any(String) })]),
      },
    },
    0,
  ),
  pi_pending: succeedsWith({ status: 'PENDING', terminal: false, action: null }, 0),
  pi_refused: {
    result: 'PaymentRejected',
    error: { code: 'PAYMENT_REJECTED', retry: 'USE_NEW_KEY', providerCode: '90101206' },
    payment: { status: 'FAILED', terminal: true, orderId: null },
    charged: 0,
  },
  pi_busy: unknown(/server error/, 1),
  pi_unauthorized: {
    result: 'ProviderUnavailable',
    error: { code: 'PROVIDER_UNAVAILABLE', retry: 'RETRY_SAME_KEY', retryAfter: null },
    charged: 0,
  },
  pi_timeout_charged: unknown(/did not answer in time/, 1),
  pi_reset_charged: unknown(/connection broke/, 1),
  pi_reset_uncharged: unknown(/connection broke/, 0),
  pi_error_500: unknown(/server error/, 1),
  pi_garbage: unknown(/not an answer|connection broke/, 1),
};

describe('the sandbox triggers', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ env: { CLINK_TIMEOUT_MS: '3000', RECONCILE_INTERVAL_MS: '600000' } });
    // They would tell the outcomes that are to be unknown.
    await setFaults(gateway, { webhooks: { drop: ['*'] } });
  });
  afterAll(() => gateway.close());

  it('are fourteen', () => {
    expect(Object.keys(TRIGGERS)).toHaveLength(14);
  });

  it.each(Object.entries(TRIGGERS))(
    'answer %s as promised, and a repeated call charges nothing more',
    async (instrument, expected) => {
      const input = paymentInput({
        paymentInstrumentId: instrument,
        merchantReferenceId: `order-${instrument}`,
        paymentMethodType: instrument === 'pi_wallet_qr' ? 'CASHAPP' : 'CARD',
      });

      const first = await createPayment(gateway.url, input);
      const chargedAtFirst = await chargesUnder(gateway, input.merchantReferenceId);
      const repeated = await createPayment(gateway.url, input);

      expect(first).toMatchObject({ __typename: expected.result, ...expected.error });
      const payment = first.payment ?? first.rejected ?? null;
      if (expected.payment !== undefined) expect(payment).toMatchObject(expected.payment);
      expect(chargedAtFirst).toBe(expected.charged);
      expect(repeated.__typename).toBe(expected.result);
      expect((repeated.payment ?? repeated.rejected ?? null)?.id).toBe(payment?.id);
      if (expected.result === 'CreatePaymentSuccess')
        expect([first.replayed, repeated.replayed]).toEqual([false, true]);
      expect(await chargesUnder(gateway, input.merchantReferenceId)).toBe(expected.charged);
    },
  );

  it('charge each gateway payment at most once', async () => {
    const inputs = Object.keys(TRIGGERS).map((paymentInstrumentId) => paymentInput({ paymentInstrumentId }));
    await Promise.all(
      inputs.flatMap((input) => [createPayment(gateway.url, input), createPayment(gateway.url, input)]),
    );

    const { charges } = await readLedger(gateway.sandboxUrl);
    const ids = charges.map(({ gatewayPaymentId }) => gatewayPaymentId);
    expect(ids.length).toBeGreaterThanOrEqual(6);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a released payment', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ env: { IN_FLIGHT_WAIT_MS: '20000' } });
  });
  afterAll(() => gateway.close());

  it('keeps its id and shows as processing until somebody takes it up again', async () => {
    const input = paymentInput({ paymentInstrumentId: 'pi_unauthorized' });
    await createPayment(gateway.url, input);
    await createPayment(gateway.url, input);

    const payment = await findByKey(gateway.url, input.idempotencyKey);
    expect(payment).toMatchObject({ status: 'PROCESSING', terminal: false });
    const details = payment.timeline.map((event: { detail: string | null }) => event.detail);
    expect(details.filter((detail: string | null) => detail?.includes('credentials'))).toHaveLength(2);
  });

  it('is tried twice at most for callers that come while it is tried, however many', async () => {
    // Time for all of them to come before the second try ends, on a busy machine too.
    await setFaults(gateway, { payments: { delayAnswerMs: 2_000 } });
    const input = paymentInput({ paymentInstrumentId: 'pi_unauthorized' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => createPayment(gateway.url, input)));
    await setFaults(gateway, {});

    expect(answers.every(({ code, retry }) => code === 'PROVIDER_UNAVAILABLE' && retry === 'RETRY_SAME_KEY')).toBe(
      true,
    );
    const payment = await findByKey(gateway.url, input.idempotencyKey);
    const details = payment.timeline.map((event: { detail: string | null }) => event.detail);
    expect(details.filter((detail: string | null) => detail?.includes('credentials'))).toHaveLength(2);
  });
});

describe('one key that is sent again and again', () => {
  const MOST_PER_MINUTE = 3;
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ env: { RATE_LIMIT_PER_INSTRUMENT: String(MOST_PER_MINUTE) } });
  });
  afterAll(() => gateway.close());

  async function callOften(paymentInstrumentId: string): Promise<{ answers: Json[]; sends: number }> {
    const input = paymentInput({ paymentInstrumentId });
    const answers: Json[] = [];
    for (let call = 1; call <= 30; call++) answers.push(await createPayment(gateway.url, input));
    const { timeline } = await findByKey(gateway.url, input.idempotencyKey);
    return { answers, sends: timeline.filter(({ source }: Json) => source === 'PROVIDER_ANSWER').length };
  }

  it('is sent to the provider as often as a minute may have payments, and called too often then', async () => {
    const { answers, sends } = await callOften('pi_unauthorized');

    expect(sends).toBe(MOST_PER_MINUTE);
    const results = answers.map(({ __typename }) => __typename as string);
    expect(results.filter((result) => result === 'ProviderUnavailable')).toHaveLength(MOST_PER_MINUTE);
    expect(results.filter((result) => result === 'RateLimited')).toHaveLength(30 - MOST_PER_MINUTE);
    expect(answers.at(-1)).toMatchObject({ retry: 'RETRY_SAME_KEY', tryAgainAt: expect.stringMatching(/Z$/) });
  });

  it('is not sent before the wait is over that the provider asked for', async () => {
    const { answers, sends } = await callOften('pi_rate_limited');

    // How many waits are over by the last call is up to the machine.
    expect(sends).toBeLessThanOrEqual(MOST_PER_MINUTE);
    const early = answers.filter(({ __typename }) => __typename === 'ProviderUnavailable');
    expect(early.length).toBeGreaterThan(sends);
    expect(early.every(({ retryAfter }) => typeof retryAfter === 'string')).toBe(true);
  });
});

async function chargesUnder(gateway: Gateway, merchantReferenceId: unknown): Promise<number> {
  const { charges } = await readLedger(gateway.sandboxUrl);
  return charges.filter((charge) => charge.merchantReferenceId === merchantReferenceId).length;
}
