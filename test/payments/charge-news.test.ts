import type {
  ChargeAnswer,
  NeverSentReason,
  TurnedAwayReason,
  UnknownOutcomeReason,
} from '../../src/payments/ports/payment-provider.js';
import { toChargeNews, toDeclineFailure, toReleaseDetail } from '../../src/payments/create-payment/charge-update.js';
import { toOrderFacts } from '../../src/payments/reconcile/order-fields.js';
import type { OrderStanding, ProviderOrder } from '../../src/payments/ports/order-provider.js';

const ANSWER: ChargeAnswer = {
  ...{ state: 'paid', orderId: 'order_01', sessionId: 'sess_01', paymentInstrumentId: null },
  ...{ customer: { customerId: 'cus_01' }, action: null, actionProblem: null, failure: null },
  amount: { minorUnits: 1999n, currency: 'USD' },
};
const redirect = { kind: 'redirect', url: 'https://acs.example/', paymentMethodType: 'CARD' } as const;
const newsOf = (changes: Partial<ChargeAnswer>) =>
  toChargeNews({ kind: 'answered', answer: { ...ANSWER, ...changes } });

const FACTS = {
  ...{ orderId: 'order_01', sessionId: 'sess_01', customerId: 'cus_01', amount: ANSWER.amount, action: null },
  failure: null,
};

describe('what an outcome says about the payment', () => {
  it.each([
    ['paid', 'SUCCEEDED'],
    ['pending', 'PENDING'],
  ] as const)('an answer that is %s: %s, with all its facts', (state, standing) => {
    expect(newsOf({ state })).toEqual({ standing, detail: null, facts: FACTS });
  });

  it('a customer that the answer does not name stays unknown', () => {
    expect(newsOf({ customer: {} }).facts.customerId).toBeNull();
  });

  it('a decline fails, in the provider’s words or in ours, and asks for a new key', () => {
    const told = { code: 'card_declined', message: 'Do not honor' };
    const news = newsOf({ state: 'declined', failure: told });
    expect(news.standing).toBe('FAILED');
    expect(news.facts.failure).toEqual({ ...told, retry: 'USE_NEW_KEY' });
    const untold = { code: 'declined', message: 'The payment was declined.', retry: 'USE_NEW_KEY' };
    expect(newsOf({ state: 'declined' }).facts.failure).toEqual(untold);
    expect(toDeclineFailure({ code: null, message: null })).toEqual(untold);
  });

  it('an action is the payer’s; one that can’t be used is a failure to be waited out', () => {
    const usable = newsOf({ state: 'actionRequired', action: redirect });
    expect(usable).toEqual({ standing: 'REQUIRES_ACTION', detail: null, facts: { ...FACTS, action: redirect } });
    const unusable = newsOf({ state: 'actionRequired', actionProblem: 'No address.' });
    expect(unusable).toMatchObject({ standing: 'REQUIRES_ACTION', detail: 'No address.' });
    expect(unusable.facts.failure).toEqual({
      code: 'ACTION_UNUSABLE',
      message:
        'The provider asked for a step that is not safe to pass on. Nothing is charged without it; the payment runs out by itself.',
      retry: 'WAIT_AND_QUERY',
    });
  });

  it('a refusal fails, with the rejection for every replay', () => {
    const rejection = { providerCode: '90101206', providerMessage: null };
    expect(toChargeNews({ kind: 'refused', rejection })).toEqual({
      standing: 'FAILED',
      detail: 'The provider refused the request (90101206).',
      facts: {
        rejection,
        failure: { code: '90101206', message: 'The provider refused the request.', retry: 'USE_NEW_KEY' },
      },
    });
    const worded = { ...rejection, providerMessage: 'Wrong currency' };
    expect(toChargeNews({ kind: 'refused', rejection: worded }).facts.failure?.message).toBe('Wrong currency');
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
    expect(toChargeNews({ kind: 'unknown', reason, orderId: 'order_01' })).toEqual({
      ...{ standing: 'UNKNOWN', detail },
      facts: { orderId: 'order_01' },
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
    ...{ orderId: 'order_01', merchantReferenceId: 'pay_1', gatewayPaymentId: 'pay_1', standing: 'FAILED' },
    ...{ failureCode: 'card_declined', failureMessage: null, amount: ANSWER.amount, createdAtMs: 1, paidAtMs: 2 },
    ...{ sessionId: 'sess_01', customerId: 'cus_01', paymentInstrumentId: 'pi_01', paymentMethodType: 'CARD' },
  };

  it('is its ids, its amount and, where it failed, why', () => {
    const facts = { orderId: 'order_01', sessionId: 'sess_01', customerId: 'cus_01', amount: ANSWER.amount };
    const failure = { code: 'card_declined', message: 'The payment was declined.', retry: 'USE_NEW_KEY' };
    expect(toOrderFacts(order, 'FAILED')).toEqual({ ...facts, failure });
    for (const standing of ['PENDING', 'SUCCEEDED'] satisfies OrderStanding[])
      expect(toOrderFacts(order, standing)).toEqual({ ...facts, failure: null });
  });
});
