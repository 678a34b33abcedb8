import type {
  ChargeAnswer,
  NeverSentReason,
  TurnedAwayReason,
  UnknownOutcomeReason,
} from '../../../src/payments/ports/payment-provider.js';
import { toDeclineFailure } from '../../../src/payments/model/decline.js';
import { toChargeUpdate, toReleaseDetail } from '../../../src/payments/create-payment/charge-update.js';
import { toOrderFields } from '../../../src/payments/reconcile/order-fields.js';
import type { OrderState, ProviderOrder } from '../../../src/payments/ports/order-provider.js';

const ANSWER: ChargeAnswer = {
  ...{ state: 'paid', orderId: 'order_01', sessionId: 'sess_01', paymentInstrumentId: null },
  ...{ customer: { customerId: 'cus_01' }, action: null, actionProblem: null, failure: null },
  amount: { minorUnits: 1999n, currency: 'USD' },
};
const redirect = { kind: 'redirect', url: 'https://acs.example/', paymentMethodType: 'CARD' } as const;
const updateOf = (changes: Partial<ChargeAnswer>) =>
  toChargeUpdate({ kind: 'answered', answer: { ...ANSWER, ...changes } });

const FIELDS = {
  ...{ orderId: 'order_01', sessionId: 'sess_01', customerId: 'cus_01', amount: ANSWER.amount, action: null },
  failure: null,
};

describe('what an outcome says about the payment', () => {
  it.each([
    ['paid', 'SUCCEEDED'],
    ['pending', 'PENDING'],
  ] as const)('an answer that is %s: %s, with all its fields', (answered, state) => {
    expect(updateOf({ state: answered })).toEqual({ state, detail: null, fields: FIELDS });
  });

  it('a customer that the answer does not name stays unknown', () => {
    expect(updateOf({ customer: {} }).fields.customerId).toBeNull();
  });

  it('a decline fails, in the provider’s words or in ours, and asks for a new key', () => {
    const decline = { code: 'card_declined', message: 'Do not honor' };
    const update = updateOf({ state: 'declined', failure: decline });
    expect(update.state).toBe('FAILED');
    expect(update.fields.failure).toEqual({ ...decline, retry: 'USE_NEW_KEY' });
    const unlogged = { code: 'declined', message: 'The payment was declined.', retry: 'USE_NEW_KEY' };
    expect(updateOf({ state: 'declined' }).fields.failure).toEqual(unlogged);
    expect(toDeclineFailure({ code: null, message: null })).toEqual(unlogged);
  });

  it('an action is the payer’s; one that can’t be used is a failure to be waited out', () => {
    const usable = updateOf({ state: 'actionRequired', action: redirect });
    expect(usable).toEqual({ state: 'REQUIRES_ACTION', detail: null, fields: { ...FIELDS, action: redirect } });
    const unusable = updateOf({ state: 'actionRequired', actionProblem: 'No address.' });
    expect(unusable).toMatchObject({ state: 'REQUIRES_ACTION', detail: 'No address.' });
    expect(unusable.fields.failure).toEqual({
      code: 'ACTION_UNUSABLE',
      message:
        'The provider asked for a step that is not safe to pass on. Nothing is charged without it; the ' +
        'payment runs out by itself.',
      retry: 'WAIT_AND_QUERY',
    });
  });

  it('a refusal fails, with the rejection for every replay', () => {
    const rejection = { providerCode: '90101206', providerMessage: null };
    expect(toChargeUpdate({ kind: 'refused', rejection })).toEqual({
      state: 'FAILED',
      detail: 'The provider refused the request (90101206).',
      fields: {
        rejection,
        failure: { code: '90101206', message: 'The provider refused the request.', retry: 'USE_NEW_KEY' },
      },
    });
    const worded = { ...rejection, providerMessage: 'Wrong currency' };
    expect(toChargeUpdate({ kind: 'refused', rejection: worded }).fields.failure?.message).toBe('Wrong currency');
  });

  it.each([
    ['timeout', 'The provider got the request and did not answer in time.'],
    ['connectionLost', 'The connection broke after the request was sent.'],
    ['serverError', 'The provider answered with a server error.'],
    ['malformedAnswer', 'The provider answered something that is not an answer.'],
    ['unlistedCode', 'The provider answered with a code that does not say whether it charged.'],
    ['bodyTooLarge', 'The answer of the provider was too large to be one.'],
    ['redirected', 'The provider answered with a redirect, which is never followed.'],
    ['sentBefore', 'The provider told of this payment before, and the database had lost it. Nothing was sent now.'],
  ] satisfies [UnknownOutcomeReason, string][])('%s leaves it unknown and says why', (reason, detail) => {
    expect(toChargeUpdate({ kind: 'unknown', reason, orderId: 'order_01' })).toEqual({
      ...{ state: 'UNKNOWN', detail },
      fields: { orderId: 'order_01' },
    });
  });

  it.each([
    ['unauthorized', 'turnedAway', /credentials of the gateway; nothing was charged/],
    ['rateLimited', 'turnedAway', /slow down; nothing was charged/],
    ['timestampRefused', 'turnedAway', /timestamp of the request; nothing was charged/],
    ['connectFailed', 'neverSent', /could not be reached; nothing was sent/],
    ['breakerOpen', 'neverSent', /not answering at present; nothing was sent/],
    ['tooLate', 'neverSent', /time to send ran out .*; nothing was sent/],
    ['shutDown', 'neverSent', /shutting down; nothing was sent/],
  ] satisfies [TurnedAwayReason | NeverSentReason, string, RegExp][])(
    '%s gives it back and says why',
    (reason, kind, detail) => {
      expect(toReleaseDetail({ kind, reason, retryAfterMs: null } as Parameters<typeof toReleaseDetail>[0])).toMatch(
        detail,
      );
    },
  );
});

describe('what a payment learns from its order', () => {
  const order: ProviderOrder = {
    ...{ orderId: 'order_01', merchantReferenceId: 'pay_1', gatewayPaymentId: 'pay_1', state: 'FAILED' },
    ...{ failureCode: 'card_declined', failureMessage: null, amount: ANSWER.amount, createdAtMs: 1, paidAtMs: 2 },
    ...{ sessionId: 'sess_01', customerId: 'cus_01', paymentInstrumentId: 'pi_01', paymentMethodType: 'CARD' },
  };

  it('is its ids, its amount and, where it failed, why', () => {
    const fields = { orderId: 'order_01', sessionId: 'sess_01', customerId: 'cus_01', amount: ANSWER.amount };
    const failure = { code: 'card_declined', message: 'The payment was declined.', retry: 'USE_NEW_KEY' };
    expect(toOrderFields(order, 'FAILED')).toEqual({ ...fields, failure });
    for (const state of ['PENDING', 'SUCCEEDED'] satisfies OrderState[])
      expect(toOrderFields(order, state)).toEqual({ ...fields, failure: null });
  });
});
