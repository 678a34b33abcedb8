import { ACTION_PROBLEMS } from '../../../src/clink/actions/action-mapping.js';
import { toChargeOutcome } from '../../../src/clink/charge/charge-outcome.js';
import { parseEnvelope } from '../../../src/clink/wire/envelope.js';
import type { HttpResult } from '../../../src/clink/http/charge-attempt.js';
import { classify } from '../../../src/clink/charge/provider-response.js';
import { NOW_MS } from '../support/now.js';

/** What an answer means, without a connection in between: provider-answers.test.ts has the same over the wire. */
const answered = (httpStatus: number, body: unknown, retryAfter: string | null = null): HttpResult => ({
  kind: 'answered',
  httpStatus,
  retryAfter,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const outcomeOf = (result: HttpResult) =>
  toChargeOutcome(classify(result, NOW_MS), { actionUrlOrigins: [], nowMs: NOW_MS });

const PAID = { orderId: 'order_01', status: 1 };
const unknown = (reason: string, orderId: string | null = null) => ({ kind: 'unknown', reason, orderId });
const turnedAway = (reason: string, retryAfterMs: number | null = null) => ({
  kind: 'turnedAway',
  reason,
  retryAfterMs,
});
const refused = (providerCode: string, providerMessage: string | null) => ({
  kind: 'refused',
  rejection: { providerCode, providerMessage },
});

describe('what the wire tells of a charge', () => {
  it.each([
    ['connectFailed', null],
    ['tooLate', 'X'],
    ['shutDown', 'UND_ERR_CLOSED'],
  ] as const)('that was never sent (%s)', (reason, errorCode) => {
    expect(outcomeOf({ kind: 'neverSent', reason, errorCode })).toEqual({
      kind: 'neverSent',
      reason,
      retryAfterMs: null,
    });
  });

  it.each(['timeout', 'connectionLost', 'bodyTooLarge', 'redirected', 'malformedAnswer'] as const)(
    'that was sent and not answered (%s) is unknown',
    (reason) => {
      expect(outcomeOf({ kind: 'lost', reason, httpStatus: 200, errorCode: null })).toEqual(unknown(reason));
    },
  );
});

describe('what an answer tells of a charge', () => {
  it.each([
    ['HTTP 200', 200],
    ['the last HTTP status of success', 299],
  ])('a success under %s', (_title, httpStatus) => {
    expect(outcomeOf(answered(httpStatus, { code: 200, data: PAID }))).toMatchObject({
      kind: 'answered',
      answer: { state: 'paid', orderId: 'order_01' },
    });
  });

  it.each([
    [
      'the first HTTP status that is none of success',
      300,
      { code: 200, data: PAID },
      unknown('unlistedCode', 'order_01'),
    ],
    [
      'the last HTTP status below a server’s error',
      499,
      { code: 200, data: PAID },
      unknown('unlistedCode', 'order_01'),
    ],
    ['the first server error', 500, { code: 200, data: PAID }, unknown('serverError', 'order_01')],
    ['a server error that refuses', 500, { code: 400 }, unknown('serverError')],
    ['a server error that turns away', 503, { code: 401 }, unknown('serverError')],
    ['a server error in HTML', 502, '<html>', unknown('serverError')],
    ['a code of a server error', 200, { code: 599 }, unknown('serverError')],
    ['a code that only ends like a server error', 200, { code: 1500 }, unknown('unlistedCode')],
    ['a code that only begins like a server error', 200, { code: 5000 }, unknown('unlistedCode')],
    ['a code that nobody knows', 200, { code: 'BUSY', data: PAID }, unknown('unlistedCode', 'order_01')],
    ['a code that every object has', 200, { code: 'constructor' }, unknown('unlistedCode')],
    ['a message that every object has', 200, { code: 'BUSY', msg: 'constructor' }, unknown('unlistedCode')],
    ['a listed code as a message', 200, { code: 'BUSY', msg: '400' }, unknown('unlistedCode')],
    ['a listed name in a longer message', 200, { code: 'BUSY', msg: 'CUSTOMER_NOT_FOUND?' }, unknown('unlistedCode')],
    ['no code', 200, { data: { orderId: 'order_01' } }, unknown('malformedAnswer', 'order_01')],
    ['no object', 200, '[]', unknown('malformedAnswer')],
    ['no JSON', 200, '', unknown('malformedAnswer')],
    ['no envelope under HTTP 400', 400, 'no', unknown('malformedAnswer')],
  ])('%s', (_title, httpStatus, body, outcome) => {
    expect(outcomeOf(answered(httpStatus, body))).toEqual(outcome);
  });

  it.each([
    ['HTTP 401', 401, 'Unauthorized', turnedAway('unauthorized')],
    ['HTTP 403', 403, 'Forbidden', turnedAway('unauthorized')],
    ['code 401', 200, { code: 401 }, turnedAway('unauthorized')],
    ['code 403', 200, { code: '403' }, turnedAway('unauthorized')],
    ['HTTP 429', 429, '', turnedAway('rateLimited', 7_000)],
    ['code 429', 200, { code: 429 }, turnedAway('rateLimited', 7_000)],
    ['a timestamp’s code', 200, { code: 80102203 }, turnedAway('timestampRefused', 7_000)],
    ['another timestamp’s code', 401, { code: '80102212' }, turnedAway('timestampRefused', 7_000)],
    ['a third timestamp’s code', 429, { code: 80102213 }, turnedAway('timestampRefused', 7_000)],
  ])('%s turns it away', (_title, httpStatus, body, outcome) => {
    const turnedAway = answered(httpStatus, body, '7');
    expect(outcomeOf(turnedAway)).toEqual({ ...outcome, retryAfterMs: 7_000 });
    expect(outcomeOf({ ...turnedAway, retryAfter: null } as HttpResult)).toEqual({ ...outcome, retryAfterMs: null });
  });

  it.each([
    ['HTTP 402', 402, { code: 12345 }],
    ['HTTP 404', 404, { code: 404 }],
    ['HTTP 430', 430, { code: 430 }],
  ])('%s turns nothing away', (_title, httpStatus, body) => {
    expect(outcomeOf(answered(httpStatus, body, '7'))).toEqual(unknown('unlistedCode'));
  });

  it.each([
    ['by its code', { code: 400, msg: ' no ' }, refused('400', 'no')],
    ['by its code as text', { code: '90101206', msg: null }, refused('90101206', null)],
    [
      'by the name in its message',
      { code: 90109999, msg: ' CUSTOMER_NOT_FOUND ' },
      refused('CUSTOMER_NOT_FOUND', 'CUSTOMER_NOT_FOUND'),
    ],
    [
      'by its code before the name in its message',
      { code: 422, msg: 'CUSTOMER_NOT_FOUND' },
      refused('422', 'CUSTOMER_NOT_FOUND'),
    ],
  ])('a refusal is known %s', (_title, body, outcome) => {
    expect(outcomeOf(answered(200, body))).toEqual(outcome);
  });

  describe('beside an order', () => {
    const refusal = (data: unknown) => outcomeOf(answered(200, { code: 400, msg: 'no', data }));
    const unauthorized = (data: unknown) => outcomeOf(answered(401, { code: 401, data }));
    const contradiction = (orderId: string | null) => unknown('unlistedCode', orderId);

    it.each([1, 2, 5, '1'])('that lives (status %j) nothing is refused and nothing turned away', (status) => {
      expect(refusal({ orderId: 'order_01', status })).toEqual(contradiction('order_01'));
      expect(refusal({ status })).toEqual(contradiction(null));
      expect(unauthorized({ status })).toEqual(contradiction(null));
    });

    it('without a status nothing is refused and nothing turned away', () => {
      expect(refusal({ orderId: 'order_01' })).toEqual(contradiction('order_01'));
      expect(refusal({ orderId: 'order_01', status: 4 })).toEqual(contradiction('order_01'));
      expect(unauthorized({ orderId: 'order_01' })).toEqual(contradiction('order_01'));
    });

    it('that was declined a refusal is one, but who is turned away can’t have one', () => {
      expect(refusal({ orderId: 'order_01', status: 3 })).toEqual(refused('400', 'no'));
      expect(unauthorized({ orderId: 'order_01', status: 3 })).toEqual(contradiction('order_01'));
    });

    it.each([null, {}, { status: 4 }, { orderId: ' ' }, []])('of %j, which is none, both stand', (data) => {
      expect(refusal(data)).toEqual(refused('400', 'no'));
      expect(unauthorized(data)).toEqual(turnedAway('unauthorized'));
    });
  });
});

describe('the data of a success', () => {
  const dataOf = (data: unknown) => outcomeOf(answered(200, { code: 200, data }));
  const order = (fields: object) => dataOf({ orderId: 'order_01', ...fields });
  const REDIRECT = { redirectUrl: 'https://acs.example/3ds', paymentMethodType: 'CARD' };
  const action = { kind: 'redirect', url: REDIRECT.redirectUrl, paymentMethodType: 'CARD' };
  const ANSWER_FIELDS = {
    orderId: 'order_01',
    sessionId: null,
    paymentInstrumentId: null,
    customer: {},
    amount: null,
    action: null,
    actionProblem: null,
    failure: null,
  };

  it.each([
    [1, 'paid'],
    [2, 'pending'],
    ['2', 'pending'],
    [3, 'declined'],
  ])('status %j, also beside an action, is %s', (status, state) => {
    const failure = state === 'declined' ? { code: null, message: null } : null;
    const outcome = { kind: 'answered', answer: { ...ANSWER_FIELDS, state, failure } };
    expect(order({ status })).toEqual(outcome);
    expect(order({ status, action: REDIRECT, ...(state !== 'declined' && { failureCode: 'x' }) })).toEqual(outcome);
  });

  it.each([5, null, undefined, '', 'null'])('status %j with an action is what the payer does next', (status) => {
    expect(order({ status, action: REDIRECT })).toEqual({
      kind: 'answered',
      answer: { ...ANSWER_FIELDS, state: 'actionRequired', action },
    });
  });

  it('a missing status waits for the payer where the action can’t be used, else for the provider', () => {
    const unsafe = { redirectUrl: 'http://evil.example/' };
    const answer = { ...ANSWER_FIELDS, state: 'actionRequired', actionProblem: ACTION_PROBLEMS.url };
    expect(order({ action: unsafe })).toEqual({ kind: 'answered', answer });
    expect(order({})).toEqual({ kind: 'answered', answer: { ...ANSWER_FIELDS, state: 'pending' } });
    expect(order({ status: 5 })).toEqual({
      kind: 'answered',
      answer: { ...answer, actionProblem: ACTION_PROBLEMS.missing },
    });
  });

  it.each([0, 4, 6, 1.5, 'paid', true, [1], {}])('status %j, which is not published, is unknown', (status) => {
    expect(order({ status })).toEqual(unknown('malformedAnswer', 'order_01'));
  });

  it.each([null, 'order_01', [PAID], { status: 1 }, { orderId: 'order 01', status: 1 }])(
    'without an order (%j) is unknown',
    (data) => {
      expect(dataOf(data)).toEqual(unknown('malformedAnswer'));
    },
  );

  it('tells the ids, the amount and why it was declined', () => {
    const data = {
      sessionId: 'sess_01',
      paymentInstrumentId: 'pi_01',
      customerId: 'cus_01',
      amount: 19.99,
      currency: 'usd',
      status: 3,
      failureCode: 'card_declined',
      failureMessage: 'Do not\nhonor',
    };
    expect(order(data)).toEqual({
      kind: 'answered',
      answer: {
        ...ANSWER_FIELDS,
        state: 'declined',
        sessionId: 'sess_01',
        paymentInstrumentId: 'pi_01',
        customer: { customerId: 'cus_01' },
        amount: { minorUnits: 1999n, currency: 'USD' },
        failure: { code: 'card_declined', message: 'Do not honor' },
      },
    });
  });
});

describe('parseEnvelope', () => {
  it('takes every part as it stands', () => {
    const body = { code: 200, msg: 'success', data: { a: 1 }, total: 2, rows: [1] };
    expect(parseEnvelope(JSON.stringify(body))).toEqual({ ...body, code: '200' });
    expect(parseEnvelope(`\ufeff${JSON.stringify(body)}`)).toEqual({ ...body, code: '200' });
  });

  it.each([
    [200, '200'],
    [' 200 ', '200'],
    ['CUSTOMER_NOT-FOUND', 'CUSTOMER_NOT-FOUND'],
    ['x'.repeat(64), 'x'.repeat(64)],
    ['x'.repeat(65), null],
    ['a b', null],
    ['', null],
    [200.5, null],
    [1e300, null],
    [true, null],
    [null, null],
  ])('reads the code %j as %j', (code, read) => {
    expect(parseEnvelope(JSON.stringify({ code }))?.code).toBe(read);
  });

  it.each(['', 'null', '[]', '"text"', '{', '7', 'x{}'])('is null for %j', (body) => {
    expect(parseEnvelope(body)).toBeNull();
  });
});
