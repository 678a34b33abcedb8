import fc from 'fast-check';
import type { PaymentFailure } from '../../../src/payments/model/payment.js';
import type { PaymentUpdate } from '../../../src/payments/ports/payment-update.js';
import { newId } from '../../../src/shared/ids.js';
import type { PaymentState } from '../../../src/payments/model/status.js';
import { overrules } from '../../support/overrules.js';
import { mergeAll, timeOf, type Merged } from './merge-reference.js';
import { claimedPayment, giveBack, newClaim, newUpdate, ofLocal, SOME_TIME_MS } from '../support/payments.fixture.js';
import { describeStore } from '../support/test-stores.js';

const UPDATE_STATES = [
  'UNKNOWN',
  'FAILED_INFERRED',
  'PENDING',
  'REQUIRES_ACTION',
  'FAILED',
  'SUCCEEDED',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
] as const satisfies readonly PaymentState[];

const redirect = (url: string) => ({ kind: 'redirect', url, paymentMethodType: 'CARD' }) as const;
const failure = (code: string): PaymentFailure => ({ code, message: 'No.', retry: 'USE_NEW_KEY' });
const oneOf = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

/** Few values of each kind, so that they meet and contradict each other often. */
const anyUpdate: fc.Arbitrary<PaymentUpdate> = fc
  .record({
    state: oneOf(...UPDATE_STATES),
    source: oneOf('PROVIDER_ANSWER' as const, 'WEBHOOK' as const, 'RECONCILIATION' as const),
    providerTimeMs: oneOf(1, 2, 3).map((later) => SOME_TIME_MS + later),
    yields: oneOf(false, false, true),
    detail: fc.constant(null),
    fields: fc.record({
      orderId: oneOf(null, 'order_1', 'order_2'),
      sessionId: oneOf(null, 'sess_1', 'sess_2'),
      customerId: oneOf(null, 'cus_1', 'cus_2'),
      action: oneOf(null, redirect('https://a.example'), redirect('https://b.example')),
      amount: oneOf(
        null,
        { minorUnits: 9n, currency: 'USD' },
        { minorUnits: 10n, currency: 'USD' },
        { minorUnits: 1n, currency: 'EUR' },
      ),
      failure: oneOf(null, failure('declined'), failure('ACTION_LOST')),
      rejection: oneOf(null, { providerCode: '1', providerMessage: null }),
    }),
  })
  .map((update) => newUpdate({ ...update, eventId: newId('event', SOME_TIME_MS) }));

const someNewsTwiceShuffled = fc
  .array(anyUpdate, { minLength: 1, maxLength: 7 })
  .chain((update) => fc.tuple(fc.constant(update), shuffled(update), shuffled([...update, ...update])));

function shuffled<T>(items: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });
}

describeStore('recording an outcome', (store) => {
  const asked = { minorUnits: 500n, currency: 'JPY' };
  const claimed = (): Promise<string> =>
    claimedPayment(store(), {
      requested: { money: asked, chargeCurrency: null, isDiscounted: false },
      customer: { customerId: null, referenceCustomerId: null },
    });
  /** Events are unique over all payments, dedupe keys within one. */
  const repeated = (update: PaymentUpdate): PaymentUpdate => ({ ...update, eventId: newId('event', SOME_TIME_MS) });
  /** An order belongs to one payment. */
  const recordOf = (paymentId: string, update: PaymentUpdate) => {
    const { orderId } = update.fields;
    const fields = { ...update.fields, orderId: orderId ? `${orderId}_of_${paymentId}` : null };
    return store().payments.record(paymentId, { ...repeated(update), fields });
  };

  async function readMerged(paymentId: string): Promise<Merged & { fields: number }> {
    const [payment] = await store().payments.findByIds(ofLocal([paymentId]));
    if (!payment) throw new Error('the payment is gone');
    const { state, providerTimeMs, orderId, sessionId, action, amount, failure, rejection, customer } = payment;
    const { customerId } = customer;
    return {
      ...{
        state,
        providerTimeMs,
        orderId: orderId?.replace(`_of_${paymentId}`, '') ?? null,
        sessionId,
        action,
        amount,
        failure,
        rejection,
        customerId,
      },
      fields: payment.timeline.length - 1,
    };
  }

  it('ends in the same payment in whatever order the same updates come, and however often', async () => {
    await fc.assert(
      fc.asyncProperty(someNewsTwiceShuffled, async ([update, once, twice]) => {
        const [first, second] = [await claimed(), await claimed()];

        for (const item of once) await recordOf(first, item);
        for (const item of twice) await recordOf(second, item);

        const expected = { ...mergeAll(update, asked), fields: update.length };
        expect(await readMerged(first)).toEqual(expected);
        expect(await readMerged(second)).toEqual(expected);
      }),
      { numRuns: 80 },
    );
  }, 600_000);

  it('ends in the same payment when all updates come at the same moment', async () => {
    await fc.assert(
      fc.asyncProperty(someNewsTwiceShuffled, async ([update, , twice]) => {
        const paymentId = await claimed();

        await Promise.all(twice.map((item) => recordOf(paymentId, item)));

        expect(await readMerged(paymentId)).toEqual({ ...mergeAll(update, asked), fields: update.length });
      }),
      { numRuns: 50 },
    );
  }, 600_000);

  it('never moves the state down, and agrees with the published order of statuses', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyUpdate, { minLength: 1, maxLength: 7 }), async (update) => {
        const paymentId = await claimed();
        let present = { state: 'PROCESSING' as PaymentState, providerTimeMs: 0 };

        for (const item of update) {
          const recorded = await recordOf(paymentId, item);
          const dated = { ...item, providerTimeMs: timeOf(item) };
          const expected = overrules(dated, present) ? item.state : present.state;
          expect(recorded.state).toBe(expected);
          present = recorded;
        }
      }),
      { numRuns: 60 },
    );
  }, 600_000);

  it('gives out a newer action, also of a repeated update, while the provider’s clock is ahead', async () => {
    const paymentId = await claimed();
    const record = (update: PaymentUpdate) => store().payments.record(paymentId, update);
    const renewed = (url: string, laterMs: number): PaymentUpdate =>
      newUpdate({
        state: 'REQUIRES_ACTION',
        source: 'QR_REFRESH',
        dedupeKey: 'qr-refresh:more',
        providerTimeMs: SOME_TIME_MS + laterMs,
        fields: { action: redirect(url) },
      });
    await record(renewed('https://a.example', 1));
    const ahead = { state: 'REQUIRES_ACTION', source: 'WEBHOOK', providerTimeMs: SOME_TIME_MS + 30_000 } as const;
    const before = await record(newUpdate(ahead));
    do await store().payments.assertReady();
    while (Date.now() <= before.updatedAtMs + 1);

    const recorded = await record(renewed('https://b.example', 2));

    expect(recorded.action).toEqual(redirect('https://b.example'));
    expect(recorded.updatedAtMs).toBeGreaterThan(before.updatedAtMs);
  });

  it('returns the payment with its whole timeline, oldest first', async () => {
    const claim = newClaim();
    await store().payments.claim(claim);
    const late = newUpdate({
      state: 'PENDING',
      source: 'WEBHOOK',
      detail: 'Waiting.',
      providerTimeMs: SOME_TIME_MS + 5,
    });
    await store().payments.record(claim.id, late);
    const early = newUpdate({ state: 'SUCCEEDED', providerTimeMs: SOME_TIME_MS + 4 });

    const recorded = await store().payments.record(claim.id, early);

    expect(recorded.timeline.map(({ id, status, source, detail }) => [id, status, source, detail])).toEqual([
      [early.eventId, 'SUCCEEDED', 'PROVIDER_ANSWER', null],
      [late.eventId, 'PENDING', 'WEBHOOK', 'Waiting.'],
      [claim.eventId, 'PROCESSING', 'CREATE_PAYMENT', null],
    ]);
    expect(await store().payments.findByIds(ofLocal([claim.id]))).toEqual([recorded]);
  });

  it('writes an update down once and lets nothing change when it is repeated', async () => {
    const paymentId = await claimedPayment(store());
    const update = newUpdate({ fields: { orderId: 'order_1' } });
    const first = await store().payments.record(paymentId, update);

    const second = await store().payments.record(paymentId, repeated(update));

    expect(second).toEqual(first);
  });

  it('lets an action stand above its loss, whichever comes last and by any clock', async () => {
    const lost = newUpdate({ state: 'REQUIRES_ACTION', fields: { failure: failure('ACTION_LOST') } });
    const found = { state: 'REQUIRES_ACTION', fields: { action: redirect('https://a.example') } } as const;
    for (const providerTimeMs of [SOME_TIME_MS - 1, SOME_TIME_MS, SOME_TIME_MS + 1]) {
      const answer = newUpdate({ ...found, providerTimeMs });
      for (const update of [
        [lost, answer],
        [answer, lost],
      ]) {
        const paymentId = await claimed();
        for (const item of update) await store().payments.record(paymentId, repeated(item));

        expect(await readMerged(paymentId)).toMatchObject({ action: found.fields.action, failure: null });
      }
    }
  });

  it('takes an update for a payment that was released', async () => {
    const paymentId = await claimedPayment(store());
    await giveBack(store(), paymentId);

    const recorded = await store().payments.record(paymentId, newUpdate());

    expect(recorded.state).toBe('SUCCEEDED');
  });

  it('keeps an outcome whatever characters the provider put into its words, and however many', async () => {
    const paymentId = await claimedPayment(store());
    const wild = `a\u0000b\ud800c${'x'.repeat(5_000)}`;

    const recorded = await store().payments.record(
      paymentId,
      newUpdate({
        state: 'FAILED',
        detail: wild,
        providerTimeMs: 9e15,
        fields: {
          failure: { code: 'no\u0000', message: wild, retry: 'USE_NEW_KEY' },
          rejection: { providerCode: '7', providerMessage: wild },
          action: redirect('https://a.example/\u0000\udfff'),
        },
      }),
    );

    const stored = `a\ufffdb\ufffdc${'x'.repeat(995)}`;
    expect(recorded).toMatchObject({
      state: 'FAILED',
      providerTimeMs: Date.parse('9999-12-30T23:59:59.999Z'),
      failure: { code: 'no\ufffd', message: stored, retry: 'USE_NEW_KEY' },
      rejection: { providerCode: '7', providerMessage: stored },
      action: { url: 'https://a.example/\ufffd\ufffd' },
    });
    expect(recorded.timeline.at(-1)?.detail).toBe(stored);
  });

  it('says so when the payment does not exist', async () => {
    await expect(store().payments.record('pay_nobody', newUpdate())).rejects.toThrow(
      new Error('the payment pay_nobody is not in the store'),
    );
  });

  it('finds payments by id, by order and by key, in the order they were asked for', async () => {
    const claims = [newClaim({ scope: 'finder' }), newClaim({ scope: 'finder' })] as const;
    for (const claim of claims) await store().payments.claim(claim);
    const [one, two] = [
      await store().payments.record(claims[0].id, newUpdate({ fields: { orderId: 'order_found_1' } })),
      await store().payments.record(claims[1].id, newUpdate({ fields: { orderId: 'order_found_2' } })),
    ];
    const { payments } = store();

    const nobodys = { id: 'pay_nobody', scope: 'finder' };
    expect(await payments.findByIds([two, nobodys, one, two])).toEqual([two, null, one, two]);
    const orderIds = ['order_found_2', 'nothing', 'order_found_1'];
    expect(await payments.findByOrderIds('finder', orderIds)).toEqual([two, null, one]);
    expect(await payments.findByIdempotencyKey('finder', claims[0].idempotencyKey)).toEqual(one);
    expect(await payments.findByIdempotencyKey('somebody else', claims[0].idempotencyKey)).toBeNull();
  });
});
