import type { ChargeOutcome } from '../../../src/payments/ports/payment-provider.js';
import { startFakeClink, type FakeClink } from '../support/fake-clink.js';
import {
  API_KEY,
  chargeRequest,
  createTestClient,
  NOW_MS,
  OPEN_DEADLINE,
  type TestClient,
} from '../support/test-client.js';

interface ProviderAnswer {
  readonly httpStatus?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON unless it is a text. */
  readonly body: unknown;
}

type Expected = Record<string, unknown>;

const paid = { kind: 'answered', answer: { state: 'paid', orderId: 'order_01' } };
const pending = { kind: 'answered', answer: { state: 'pending', orderId: 'order_01', action: null } };
const refused = (providerCode: string, providerMessage: string | null): Expected => ({
  kind: 'refused',
  rejection: { providerCode, providerMessage },
});
const turnedAway = (reason: string, retryAfterMs: number | null = null): Expected => ({
  kind: 'turnedAway',
  reason,
  retryAfterMs,
});
const unknown = (reason: string, orderId: string | null = null): Expected => ({ kind: 'unknown', reason, orderId });

const success = (data: unknown): ProviderAnswer => ({ body: { code: 200, msg: 'success', data } });
const order = (fields: object): ProviderAnswer => success({ orderId: 'order_01', sessionId: 'sess_01', ...fields });
const failure = (code: unknown, msg: unknown = 'no', data?: unknown): ProviderAnswer => ({ body: { code, msg, data } });
const http = (httpStatus: number, body: unknown, headers = {}): ProviderAnswer => ({ httpStatus, body, headers });
const PAID_BODY = order({ status: 1 }).body;

const REDIRECT = { redirectUrl: 'https://acs.example/3ds/challenge?token=t%20k&x=1', paymentMethodType: 'CARD' };
const redirected = {
  kind: 'answered',
  answer: {
    state: 'actionRequired',
    action: { kind: 'redirect', url: REDIRECT.redirectUrl, paymentMethodType: 'CARD' },
    actionProblem: null,
  },
};
const wallet = (fields: object) => ({ action: { walletHandleRedirectOrDisplayQrCode: fields } });
const walletAnswer = (fields: Expected): Expected => ({
  kind: 'answered',
  answer: { state: 'actionRequired', action: { kind: 'walletQr', ...fields } },
});
const problem = (sentence: string): Expected => ({
  kind: 'answered',
  answer: { state: 'actionRequired', orderId: 'order_01', action: null, actionProblem: sentence },
});
const MISSING = 'The provider asks for a next step but names none.';
const UNREADABLE = 'The provider asks for a next step in a form that could not be read.';
const ADDRESS = 'The provider asks to send the payer to an address that is not allowed.';

const CASES: readonly (readonly [sentence: string, answer: ProviderAnswer, outcome: Expected])[] = [
  // statuses
  [
    'status 1 is paid',
    order({ status: 1, amount: 19.99, currency: 'USD' }),
    { ...paid, answer: { amount: { minorUnits: 1999n, currency: 'USD' } } },
  ],
  ['status "1" is paid', order({ status: '1' }), paid],
  ['code "200" is success', { body: { code: '200', data: { orderId: 'order_01', status: 1 } } }, paid],
  ['HTTP 201 is success', http(201, PAID_BODY), paid],
  ['a byte order mark changes nothing', { body: `\ufeff${JSON.stringify(PAID_BODY)}` }, paid],
  [
    'status 1 ignores an action',
    order({ status: 1, action: REDIRECT }),
    { ...paid, answer: { action: null, actionProblem: null } },
  ],
  ['status 2 is pending', order({ status: 2 }), pending],
  ['status 2 ignores an action', order({ status: 2, action: REDIRECT }), pending],
  [
    'status 3 is declined',
    order({ status: 3 }),
    { kind: 'answered', answer: { state: 'declined', failure: { code: null, message: null } } },
  ],
  [
    'status 3 tells why',
    order({ status: 3, failureCode: 'card_declined', failureMessage: 'Do not honor' }),
    { kind: 'answered', answer: { state: 'declined', failure: { code: 'card_declined', message: 'Do not honor' } } },
  ],
  ['status 5 with a redirect', order({ status: 5, action: REDIRECT }), redirected],
  ['no status but an action', order({ action: REDIRECT }), redirected],
  ['status null but an action', order({ status: null, action: REDIRECT }), redirected],
  ['status "" but an action', order({ status: '', action: REDIRECT }), redirected],
  ['no status and no action', order({}), pending],
  ['no status and the empty list that PHP makes of an empty action', order({ action: [] }), pending],
  ['no status and a list for an action', order({ action: [REDIRECT] }), problem(UNREADABLE)],
  ['no status and an action of nulls', order({ action: { redirectUrl: null, postData: null } }), pending],
  [
    'no status and an action that is refused',
    order({ action: { redirectUrl: 'http://evil.example/' } }),
    problem(ADDRESS),
  ],
  ['status 5 with no action', order({ status: 5 }), problem(MISSING)],
  [
    'status 5 with an action of blanks',
    order({ status: 5, action: { redirectUrl: ' ', walletHandleRedirectOrDisplayQrCode: { imageUrlPng: '' } } }),
    problem(MISSING),
  ],
  [
    'status 5 with a script for a URL',
    order({ status: 5, action: { redirectUrl: 'javascript:alert(1)' } }),
    problem(ADDRESS),
  ],
  ['status 4, which is not published', order({ status: 4 }), unknown('malformedAnswer', 'order_01')],
  ['status true', order({ status: true }), unknown('malformedAnswer', 'order_01')],
  ['status "success"', order({ status: 'success' }), unknown('malformedAnswer', 'order_01')],
  // the action, in short: its own table is in action-mapping.test.ts
  [
    'a form to post',
    order({ status: 5, action: { ...REDIRECT, method: 'post', postData: { PaReq: 'a+b=', MD: 7, x: null } } }),
    {
      kind: 'answered',
      answer: {
        action: {
          kind: 'formPost',
          fields: [
            { name: 'PaReq', value: 'a+b=' },
            { name: 'MD', value: '7' },
          ],
        },
      },
    },
  ],
  [
    'expiresAt in seconds',
    order({ status: 5, ...wallet({ mobileAuthUrl: 'cashapp://pay', expiresAt: 1_795_349_100 }) }),
    walletAnswer({ expiresAtMs: 1_795_349_100_000 }),
  ],
  [
    'expiresAt in milliseconds',
    order({ status: 5, ...wallet({ mobileAuthUrl: 'cashapp://pay', expiresAt: 1_795_349_100_000 }) }),
    walletAnswer({ expiresAtMs: 1_795_349_100_000 }),
  ],
  [
    'only a countdown',
    order({ status: 5, ...wallet({ mobileAuthUrl: 'cashapp://pay', expiresSecond: 300 }) }),
    walletAnswer({ expiresAtMs: NOW_MS + 300_000 }),
  ],
  // blanks, nulls, amounts
  ['the text "null" for a session', order({ status: 1, sessionId: 'null' }), { ...paid, answer: { sessionId: null } }],
  ['a blank for a session', order({ status: 1, sessionId: ' ' }), { ...paid, answer: { sessionId: null } }],
  [
    'an instrument that was made',
    order({ status: 1, paymentInstrumentId: 'pi_new' }),
    { ...paid, answer: { paymentInstrumentId: 'pi_new' } },
  ],
  [
    'a customer that was found',
    order({ status: 1, customerId: 'cus_02' }),
    { ...paid, answer: { customer: { customerId: 'cus_02' } } },
  ],
  [
    'an amount as text',
    order({ status: 1, amount: '19.90', currency: 'USD' }),
    { ...paid, answer: { amount: { minorUnits: 1990n, currency: 'USD' } } },
  ],
  [
    'an amount without decimals',
    order({ status: 1, amount: 680, currency: 'JPY' }),
    { ...paid, answer: { amount: { minorUnits: 680n, currency: 'JPY' } } },
  ],
  [
    'an amount below the minor unit',
    order({ status: 1, amount: 6.8, currency: 'JPY' }),
    { ...paid, answer: { amount: null } },
  ],
  [
    'an amount that is no number',
    order({ status: 1, amount: 'free', currency: 'USD' }),
    { ...paid, answer: { amount: null } },
  ],
  ['an amount in no currency', order({ status: 1, amount: 1 }), { ...paid, answer: { amount: null } }],
  // success that says nothing
  ['code 200 without data', { body: { code: 200, msg: 'success' } }, unknown('malformedAnswer')],
  ['code 200 with data null', success(null), unknown('malformedAnswer')],
  ['code 200 with a list for data', success([{ orderId: 'order_01', status: 1 }]), unknown('malformedAnswer')],
  ['code 200 without an order id', success({ status: 1 }), unknown('malformedAnswer')],
  ['an order id "null"', success({ orderId: 'null', status: 1 }), unknown('malformedAnswer')],
  ['an order id with a line break', success({ orderId: 'order\n01', status: 1 }), unknown('malformedAnswer')],
  ['code 200 under HTTP 400', http(400, PAID_BODY), unknown('unlistedCode', 'order_01')],
  // numbers that a double would change
  [
    'an order id that is a number beyond 2^53',
    { body: '{"code":200,"data":{"orderId":1783561234567890123,"status":1}}' },
    { kind: 'answered', answer: { state: 'paid', orderId: '1783561234567890123' } },
  ],
  [
    'other ids that are numbers',
    {
      body:
        '{"code":200,"data":{"orderId":42,"status":1,' +
        '"sessionId":17835612345678901234,"customerId":9007199254740993}}',
    },
    {
      kind: 'answered',
      answer: { orderId: '42', sessionId: '17835612345678901234', customer: { customerId: '9007199254740993' } },
    },
  ],
  [
    'an order id that was made a float',
    { body: '{"code":200,"data":{"orderId":1.7835612345678902e+18,"status":1}}' },
    unknown('malformedAnswer'),
  ],
  [
    'an amount of eighteen digits',
    { body: '{"code":200,"data":{"orderId":"order_01","status":1,"amount":1234567890123456.78,"currency":"USD"}}' },
    { ...paid, answer: { amount: { minorUnits: 123456789012345678n, currency: 'USD' } } },
  ],
  [
    'a form with a number of nineteen digits',
    {
      body: `{"code":200,"data":{"orderId":"order_01","status":5,"action":
        {"redirectUrl":"https://acs.example/","postData":{"MD":1783561234567890123}}}}`,
    },
    { answer: { action: { kind: 'formPost', fields: [{ name: 'MD', value: '1783561234567890123' }] } } },
  ],
  [
    'a decline whose code is a number',
    order({ status: 3, failureCode: 51 }),
    { kind: 'answered', answer: { failure: { code: '51', message: null } } },
  ],
  ['a code of twenty digits', { body: '{"code":12345678901234567890}' }, unknown('unlistedCode')],
  // refusals
  [
    '90101206 under HTTP 200',
    failure(90101206, 'amount or currency incorrect'),
    refused('90101206', 'amount or currency incorrect'),
  ],
  ['90101206 as text', failure('90101206'), refused('90101206', 'no')],
  ['90101200', failure(90101200, '卡被拒绝'), refused('90101200', '卡被拒绝')],
  ['90101203', failure(90101203, 'no customer a@b.example here'), refused('90101203', 'no customer [redacted] here')],
  ['CUSTOMER_NOT_FOUND as code', failure('CUSTOMER_NOT_FOUND', null), refused('CUSTOMER_NOT_FOUND', null)],
  [
    'CUSTOMER_NOT_FOUND as message',
    failure(90109999, 'CUSTOMER_NOT_FOUND'),
    refused('CUSTOMER_NOT_FOUND', 'CUSTOMER_NOT_FOUND'),
  ],
  [
    'CUSTOMER_IDENTIFIER_NOT_MATCHED',
    failure('CUSTOMER_IDENTIFIER_NOT_MATCHED', ''),
    refused('CUSTOMER_IDENTIFIER_NOT_MATCHED', null),
  ],
  ['code 400', failure(400, 'returnUrl\u0000 is\r\nwrong'), refused('400', 'returnUrl is wrong')],
  ['code 422 under HTTP 422', http(422, { code: 422, msg: 'x'.repeat(999) }), refused('422', 'x'.repeat(300))],
  [
    'a decline with its order',
    failure(90101200, 'declined', { orderId: 'order_01', status: 3 }),
    refused('90101200', 'declined'),
  ],
  [
    'a refusal beside a paid order',
    failure(90101200, 'declined', { orderId: 'order_01', status: 1 }),
    unknown('unlistedCode', 'order_01'),
  ],
  [
    'a success named CUSTOMER_NOT_FOUND',
    { body: { code: 200, msg: 'CUSTOMER_NOT_FOUND', data: { orderId: 'order_01', status: 1 } } },
    paid,
  ],
  ['code 400 under HTTP 500', http(500, { code: 400, msg: 'wrong' }), unknown('serverError')],
  ['HTTP 400 without an envelope', http(400, { error: 'bad request' }), unknown('malformedAnswer')],
  ['HTTP 422 in HTML', http(422, '<html>no</html>'), unknown('malformedAnswer')],
  // turned away
  ['HTTP 401 in plain text', http(401, 'Unauthorized'), turnedAway('unauthorized')],
  ['code 401 under HTTP 200', failure(401, 'bad key'), turnedAway('unauthorized')],
  ['HTTP 403 in HTML', http(403, '<html></html>'), turnedAway('unauthorized')],
  ['code "403"', failure('403'), turnedAway('unauthorized')],
  ['HTTP 401 with an order', http(401, PAID_BODY), unknown('unlistedCode', 'order_01')],
  ['HTTP 503 with code 401', http(503, { code: 401 }), unknown('serverError')],
  ['HTTP 429', http(429, 'slow down'), turnedAway('rateLimited')],
  ['HTTP 429 with seconds', http(429, '', { 'retry-after': '7' }), turnedAway('rateLimited', 7_000)],
  [
    'HTTP 429 with a date',
    http(429, '', { 'retry-after': 'Sun, 22 Nov 2026 12:00:30 GMT' }),
    turnedAway('rateLimited', 30_000),
  ],
  [
    'HTTP 429 with a date gone by',
    http(429, '', { 'retry-after': 'Sun, 22 Nov 2026 11:00:00 GMT' }),
    turnedAway('rateLimited', 0),
  ],
  ['HTTP 429 with a day', http(429, '', { 'retry-after': '86400' }), turnedAway('rateLimited', 3_600_000)],
  ['HTTP 429 with nonsense', http(429, '', { 'retry-after': '-5' }), turnedAway('rateLimited')],
  ['code 429', failure(429, 'too many'), turnedAway('rateLimited')],
  ['timestamp code 80102203', failure(80102203), turnedAway('timestampRefused')],
  ['timestamp code 80102212', failure('80102212'), turnedAway('timestampRefused')],
  ['timestamp code 80102213 under HTTP 401', http(401, { code: 80102213 }), turnedAway('timestampRefused')],
  // unknown
  ['code 500 under HTTP 200', failure(500, 'busy'), unknown('serverError')],
  ['code 500 with its order', failure(500, 'busy', { orderId: 'order_01' }), unknown('serverError', 'order_01')],
  ['90101201 remote service error', failure(90101201), unknown('unlistedCode')],
  [
    '90101212 already in process',
    failure(90101212, 'in process', { orderId: 'order_01' }),
    unknown('unlistedCode', 'order_01'),
  ],
  ['a code nobody knows', failure(12345), unknown('unlistedCode')],
  ['code 0', failure(0, 'ok', { orderId: 'order_01', status: 1 }), unknown('unlistedCode', 'order_01')],
  ['no code', { body: { data: { orderId: 'order_01', status: 1 } } }, unknown('malformedAnswer', 'order_01')],
  [
    'HTTP 403 with an order but no code',
    http(403, { data: { orderId: 'order_01' } }),
    unknown('unlistedCode', 'order_01'),
  ],
  ['code null', failure(null), unknown('malformedAnswer')],
  ['code 200.5', failure(200.5), unknown('malformedAnswer')],
  ['HTTP 500 that says paid', http(500, PAID_BODY), unknown('serverError', 'order_01')],
  ['HTTP 502 in HTML', http(502, '<html>Bad gateway</html>'), unknown('serverError')],
  ['HTTP 404 in JSON', http(404, { code: 404, msg: 'no such path' }), unknown('unlistedCode')],
  ['HTML under HTTP 200', { body: '<html>maintenance</html>' }, unknown('malformedAnswer')],
  ['cut JSON', { body: '{"code":200,"data":{"orderId":"order_01","sta' }, unknown('malformedAnswer')],
  ['an empty body', { body: '' }, unknown('malformedAnswer')],
  ['a list', { body: [PAID_BODY] }, unknown('malformedAnswer')],
  ['JSON null', { body: null }, unknown('malformedAnswer')],
  ['a redirect', http(302, '', { location: '/api/elsewhere' }), unknown('redirected')],
  ['a permanent redirect of the method', http(308, '', { location: '/api/elsewhere' }), unknown('redirected')],
  [
    'a body of 300 kB',
    { body: JSON.stringify({ ...(PAID_BODY as object), pad: 'x'.repeat(300_000) }) },
    unknown('bodyTooLarge'),
  ],
];

describe('an answer of the provider', () => {
  let clink: FakeClink;
  let client: TestClient;
  let answer: ProviderAnswer;

  beforeAll(async () => {
    clink = await startFakeClink((response) => {
      const { httpStatus = 200, headers = {}, body } = answer;
      response.writeHead(httpStatus, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  beforeEach(() => {
    client = createTestClient({ baseUrl: clink.baseUrl });
  });
  afterEach(() => client.close());
  afterAll(() => clink.close());

  async function chargeOnce(given: ProviderAnswer): Promise<ChargeOutcome> {
    answer = given;
    return client.charge(chargeRequest(), OPEN_DEADLINE);
  }

  it.each(CASES)('%s', async (_sentence, given, expected) => {
    const before = clink.requests.length;

    const outcome = await chargeOnce(given);

    expect(outcome).toMatchObject(expected);
    expect(clink.requests).toHaveLength(before + 1);
  });

  it('reads the sample of the provider’s own page', async () => {
    const sample = {
      orderId: '<string>',
      sessionId: '<string>',
      action: { redirectUrl: '<string>' },
      amount: 123,
      currency: '<string>',
    };

    const outcome = await chargeOnce(success(sample));

    expect(outcome).toMatchObject({
      kind: 'answered',
      answer: { state: 'actionRequired', orderId: '<string>', action: null, actionProblem: ADDRESS, amount: null },
    });
  });

  it('sends the payer nowhere but to the allowed origins', async () => {
    const strict = createTestClient({ baseUrl: clink.baseUrl, actionUrlOrigins: ['https://checkout.example'] });
    answer = order({ status: 5, action: REDIRECT });

    const outcome = await strict.charge(chargeRequest(), OPEN_DEADLINE);

    expect(outcome).toMatchObject(problem(ADDRESS));
    await strict.close();
  });

  it('alarms the operator when the key is refused', async () => {
    await chargeOnce(http(401, 'Unauthorized'));

    expect(client.logged.filter(({ level }) => level === 'alarm')).toEqual([
      { level: 'alarm', event: 'clink.unauthorized', details: { httpStatus: 401, code: null } },
    ]);
  });

  it('logs what an operator needs of an unknown outcome', async () => {
    await chargeOnce(failure(90101212, 'secret words'));

    expect(client.logged).toEqual([
      {
        level: 'info',
        event: 'clink.charge.unknown',
        details: { paymentId: 'pay_01', reason: 'unlistedCode', httpStatus: 200, code: '90101212', errorCode: null },
      },
    ]);
  });

  it('logs nothing of a charge that was answered', async () => {
    await chargeOnce(order({ status: 3 }));

    expect(client.logged).toEqual([]);
  });

  it('shows our key to nobody when the provider repeats it', async () => {
    const outcome = await chargeOnce(failure(400, `bad key ${API_KEY}`));

    expect(outcome).toEqual(refused('400', 'bad key [redacted]'));
  });
});
