import { request as undiciRequest } from 'undici';
import type { Sandbox } from '../../../src/dev/sandbox/sandbox.js';
import {
  API_KEY,
  credentials,
  eventually,
  ledgerOf,
  pay,
  paymentBody,
  postPayment,
  startTestSandbox,
  testClock,
  type Envelope,
} from './sandbox-harness.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox({ pendingDelayMs: 60_000 });
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  await fetch(`${sandbox.url}/sandbox/ledger`, { method: 'DELETE' });
  await fetch(`${sandbox.url}/sandbox/faults`, { method: 'DELETE' });
});

function postRaw(headers: Record<string, string>, body = JSON.stringify(paymentBody())): Promise<Response> {
  return fetch(`${sandbox.apiBaseUrl}payment`, { method: 'POST', headers, body });
}

describe('the headers of a call', () => {
  it.each([
    ['no key', {}],
    ['another key', { 'X-API-KEY': 'sk_test_other' }],
    ['a longer key', { 'X-API-KEY': `${API_KEY}x` }],
  ])('are refused with a plain 401 for %s', async (_case, headers) => {
    const response = await postRaw({ 'X-Timestamp': String(Date.now()), ...headers });

    expect(response.status).toBe(401);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toBe('Unauthorized: the API key is not valid.');
  });

  it.each([
    ['missing', undefined],
    ['in seconds', String(Math.floor(Date.now() / 1000))],
    ['no number', 'now'],
    ['six minutes old', String(Date.now() - 360_000)],
    ['six minutes ahead', String(Date.now() + 360_000)],
  ])('are refused with code 80102212 where the timestamp is %s', async (_case, timestamp) => {
    const response = await postRaw({
      'X-API-KEY': API_KEY,
      ...(timestamp !== undefined && { 'X-Timestamp': timestamp }),
    });

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      code: 80102212,
      msg: 'The X-Timestamp header is missing or stale.',
      data: null,
    });
    expect(await ledgerOf(sandbox)).toMatchObject({ total: 0, orders: [] });
  });

  it.each([-240_000, 240_000])('may be off by %d ms', async (skewMs) => {
    const response = await postRaw({ 'X-API-KEY': API_KEY, 'X-Timestamp': String(Date.now() + skewMs) });

    expect(await response.json()).toMatchObject({ code: 200 });
  });

  it('are asked for by every path of the API', async () => {
    const calls = ['order', 'order/order_1', 'refund/rfd_1'].map((path) => fetch(sandbox.apiBaseUrl + path));

    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([401, 401, 401]);
  });
});

it('POST /payment counts the characters of metadata, not the halves of their pairs', async () => {
  const response = await postPayment(sandbox, { metadata: { ['🍵'.repeat(40)]: '🍵'.repeat(500) } });

  expect(await response.json()).toMatchObject({ code: 200 });
});

it('POST /payment takes a currency of 2025', async () => {
  const response = await postPayment(sandbox, { amount: 1.5, currency: 'XCG' });

  expect(await response.json()).toMatchObject({ code: 200, data: { amount: 1.5, currency: 'XCG' } });
});

describe('POST /payment refuses', () => {
  const incorrectAmount = { code: 90101206, msg: 'The amount or currency is incorrect.' };
  const wrong = (msg: string) => ({ code: 400, msg });
  const eitherPrice = wrong('priceId with productId, or amount with currency, is required.');
  const bothPrices = wrong('Use priceId with productId, or amount with currency, not both.');
  const wrongReturnUrl = wrong('returnUrl must be an absolute URL, http, https or of an app.');
  const wrongLines = wrong('priceDataList holds lines with a name, a unitAmount above 0 and a quantity of at least 1.');
  const wrongMetadata = wrong('metadata maps at most 20 keys (40 characters) to texts (500 characters).');
  const methods = 'ALIPAY, CARD, CASHAPP, GCASH, KAKAO, PROMPTPAY, QRIS, TNG, WECHAT, PIX, UPI';

  it.each<[string, Record<string, unknown>, { code: number; msg: string }]>([
    ['no instrument', { paymentInstrumentId: ' ' }, wrong('paymentInstrumentId is required.')],
    ['a foreign instrument', { paymentInstrumentId: 'card_1' }, wrong('PAYMENT_INSTRUMENT_NOT_FOUND')],
    ['no method', { paymentMethodType: null }, wrong('paymentMethodType is required.')],
    ['an unknown method', { paymentMethodType: 'card' }, wrong(`paymentMethodType must be one of ${methods}.`)],
    ['no return URL', { returnUrl: '' }, wrong('returnUrl is required.')],
    ['a relative return URL', { returnUrl: '/thanks' }, wrongReturnUrl],
    ['a script as return URL', { returnUrl: 'javascript:alert(1)' }, wrongReturnUrl],
    ['a page of the system as return URL', { returnUrl: 'ms-settings:privacy' }, wrongReturnUrl],
    ['a return URL with a password', { returnUrl: 'https://a:b@shop.example/' }, wrongReturnUrl],
    ['a return URL that would end a policy', { returnUrl: 'https://a;script-src/' }, wrongReturnUrl],
    ['an endless return URL', { returnUrl: `https://shop.example/${'a'.repeat(2048)}` }, wrongReturnUrl],
    ['no customer', { customerId: undefined }, wrong('CUSTOMER_NOT_FOUND')],
    ['an unknown customer', { customerId: 'cus_unknown' }, wrong('CUSTOMER_NOT_FOUND')],
    ['identifiers of two customers', { customerId: 'cus_mismatch' }, wrong('CUSTOMER_IDENTIFIER_NOT_MATCHED')],
    ['no price', { amount: null, currency: null }, eitherPrice],
    ['half a direct price', { currency: undefined }, eitherPrice],
    ['both prices', { priceId: 'price_1', productId: 'prd_1' }, bothPrices],
    [
      'half a predefined price',
      { amount: null, currency: null, priceId: 'p' },
      wrong('productId is required with priceId.'),
    ],
    ['an amount as text', { amount: '19.99' }, incorrectAmount],
    ['nothing to pay', { amount: 0 }, incorrectAmount],
    ['a negative amount', { amount: -1 }, incorrectAmount],
    ['a third decimal', { amount: 19.999 }, incorrectAmount],
    ['sixteen digits', { amount: 1234567890123456 }, incorrectAmount],
    ['a currency that is withdrawn', { currency: 'BGN' }, incorrectAmount],
    ['decimals of yen', { amount: 680.5, currency: 'JPY' }, incorrectAmount],
    ['an unknown currency', { currency: 'usd' }, incorrectAmount],
    ['an unknown payment currency', { paymentCurrency: 'XYZ' }, incorrectAmount],
    ['lines that are no list', { priceDataList: {} }, wrongLines],
    ['a line without a name', { priceDataList: [{ unitAmount: 1 }] }, wrongLines],
    ['a free line', { priceDataList: [{ name: 'Cup', unitAmount: 0 }] }, wrongLines],
    ['half a piece', { priceDataList: [{ name: 'Cup', unitAmount: 1, quantity: 0.5 }] }, wrongLines],
    ['numbers in metadata', { metadata: { a: 1 } }, wrongMetadata],
    ['a metadata list', { metadata: [] }, wrongMetadata],
    ['a long metadata key', { metadata: { ['k'.repeat(41)]: 'v' } }, wrongMetadata],
    ['a long metadata value', { metadata: { k: '🍵'.repeat(501) } }, wrongMetadata],
    ['an unknown platform', { platformType: 'APP' }, wrong('platformType must be WEB or WAP.')],
    ['an unknown device', { deviceType: 'ANDROID' }, wrong('deviceType must be Android or iOS.')],
  ])('%s', async (_case, fields, refusal) => {
    const response = await postPayment(sandbox, fields);

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ...refusal, data: null });
    expect(await ledgerOf(sandbox)).toMatchObject({ total: 0, orders: [] });
  });

  it.each(['', '{', '[]', '"text"', 'null'])('the body %j', async (body) => {
    const response = await postRaw(credentials(), body);

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ code: 400, msg: 'The body is not a JSON object.', data: null });
  });

  it('a body above one megabyte', async () => {
    const response = await postRaw(
      credentials(),
      JSON.stringify(paymentBody({ promotionCode: 'x'.repeat(1_100_000) })),
    );

    expect(response.status).toBe(413);
    expect(await response.text()).toBe('The body is larger than 1048576 bytes.');
  });
});

describe('POST /payment charges', () => {
  it.each<[string, Record<string, unknown>, { amount: number; currency: string }]>([
    ['a direct amount', {}, { amount: 19.99, currency: 'USD' }],
    ['dinars with three decimals', { amount: 1.005, currency: 'KWD' }, { amount: 1.005, currency: 'KWD' }],
    ['fifteen digits', { amount: 1234567890123.45 }, { amount: 1234567890123.45, currency: 'USD' }],
    ['fifteen digits without decimals', { amount: 999999999999999 }, { amount: 999999999999999, currency: 'USD' }],
    [
      'fifteen digits of a currency with four decimals',
      { amount: 999999999999999, currency: 'UYW' },
      { amount: 999999999999999, currency: 'UYW' },
    ],
    ['any predefined price', price('price_abc'), { amount: 19.99, currency: 'USD' }],
    ['a predefined price in yen', price('price_yen'), { amount: 680, currency: 'JPY' }],
    ['a price that is no property of its own', price('toString'), { amount: 19.99, currency: 'USD' }],
  ])('%s', async (_case, fields, amount) => {
    const { code, data } = await pay(sandbox, fields);

    expect(code).toBe(200);
    expect(data).toMatchObject({ status: 1, action: null, ...amount });
    expect((await ledgerOf(sandbox)).charges).toMatchObject([amount]);
  });

  function price(priceId: string): Record<string, unknown> {
    return { amount: undefined, currency: undefined, priceId, productId: 'prd_1' };
  }

  it('in another currency than the price, by rates of its own', async () => {
    const { data } = await pay(sandbox, { amount: 2, paymentCurrency: 'JPY' });

    expect(data).toMatchObject({ amount: 2, currency: 'USD' });
    expect((await ledgerOf(sandbox)).charges).toMatchObject([{ amount: 300, currency: 'JPY' }]);
  });

  it('the same request twice, as the real provider does', async () => {
    await pay(sandbox);
    await pay(sandbox);

    expect(await ledgerOf(sandbox)).toMatchObject({ total: 2, byGatewayPaymentId: { pay_1: 2 } });
  });

  it('any other pi_ id at once', async () => {
    const { data } = await pay(sandbox, { paymentInstrumentId: 'pi_load_000017' });

    expect(data?.status).toBe(1);
  });
});

describe('the instrument', () => {
  const charged = { total: 1, byGatewayPaymentId: { pay_1: 1 } };
  const uncharged = { total: 0, byGatewayPaymentId: {} };

  it.each<[string, number | undefined, object]>([
    ['pi_card_ok', 1, charged],
    ['pi_card_declined', 3, uncharged],
    ['pi_pending', 2, uncharged],
    ['pi_pending_failed', 2, uncharged],
    ['pi_card_3ds', 5, uncharged],
    ['pi_wallet_qr', 5, uncharged],
    ['pi_form_post', 5, uncharged],
  ])('%s is answered with status %s', async (paymentInstrumentId, status, ledger) => {
    const { code, data } = await pay(sandbox, { paymentInstrumentId });

    expect(code).toBe(200);
    expect(data?.status).toBe(status);
    expect(data?.orderId).toMatch(/^order_[0-9a-f]{24}$/);
    expect(await ledgerOf(sandbox)).toMatchObject(ledger);
  });

  it.each<[string, number, string, string, object]>([
    [
      'pi_refused',
      200,
      'application/json',
      '{"code":90101206,"msg":"The amount or currency is incorrect.","data":null}',
      uncharged,
    ],
    [
      'pi_busy',
      200,
      'application/json',
      '{"code":500,"msg":"The system is busy, please try again later.","data":null}',
      charged,
    ],
    ['pi_unauthorized', 401, 'text/plain', 'Unauthorized', uncharged],
    ['pi_rate_limited', 429, 'application/json', '{"code":429,"msg":"Too many requests.","data":null}', uncharged],
    [
      'pi_error_500',
      500,
      'application/json',
      '{"status":500,"error":"Internal Server Error","path":"/api/payment"}',
      charged,
    ],
  ])('%s is answered with HTTP %d', async (paymentInstrumentId, status, contentType, body, ledger) => {
    const response = await postPayment(sandbox, { paymentInstrumentId });

    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe(`${contentType}; charset=utf-8`);
    expect(await response.text()).toBe(body);
    expect(await ledgerOf(sandbox)).toMatchObject(ledger);
  });

  it('pi_card_declined says why', async () => {
    const { data } = await pay(sandbox, { paymentInstrumentId: 'pi_card_declined' });

    expect(data?.failureCode).toBe('card_declined');
  });

  it('pi_rate_limited says when to come back', async () => {
    const response = await postPayment(sandbox, { paymentInstrumentId: 'pi_rate_limited' });

    expect(response.headers.get('retry-after')).toBe('2');
  });

  it('pi_garbage charges and cuts the JSON, under a length that fits', async () => {
    const response = await postPayment(sandbox, { paymentInstrumentId: 'pi_garbage' });
    const body = await response.text();

    expect(response.status).toBe(200);
    expect(body).toMatch(/^\{"code":200,"msg":"success","data":\{"orderId":"order_/);
    expect(() => JSON.parse(body) as unknown).toThrow(SyntaxError);
    expect(await ledgerOf(sandbox)).toMatchObject(charged);
  });

  it.each([
    ['pi_reset_charged', charged],
    ['pi_reset_uncharged', uncharged],
  ])('%s cuts the connection', async (paymentInstrumentId, ledger) => {
    await expect(postPayment(sandbox, { paymentInstrumentId })).rejects.toMatchObject({
      cause: { code: 'ECONNRESET' },
    });

    expect(await ledgerOf(sandbox)).toMatchObject(ledger);
  });

  it.each(['pi_timeout_charged', 'pi_timeout_no_metadata'])(
    '%s charges and never answers',
    async (paymentInstrumentId) => {
      const call = undiciRequest(`${sandbox.apiBaseUrl}payment`, {
        method: 'POST',
        headers: credentials(),
        body: JSON.stringify(paymentBody({ paymentInstrumentId })),
        headersTimeout: 300,
      });

      await expect(call).rejects.toMatchObject({ code: 'UND_ERR_HEADERS_TIMEOUT' });
      const ledger = await eventually(
        () => ledgerOf(sandbox),
        ({ total }) => total > 0,
      );
      expect(ledger).toMatchObject(charged);
    },
  );

  it('pi_answer_of_another is declined and gets the answer of an earlier success once more', async () => {
    const earlier = await pay(sandbox, { metadata: { gateway_payment_id: 'pay_earlier' } });
    testClock.moveOn(1_000);
    const { data } = await pay(sandbox, { paymentInstrumentId: 'pi_answer_of_another' });

    expect(data).toEqual(earlier.data);
    const { orders, byGatewayPaymentId } = await ledgerOf(sandbox);
    expect(orders.map(({ status }) => status)).toEqual(['success', 'failed']);
    expect(byGatewayPaymentId).toEqual({ pay_earlier: 1 });
  });

  it.each(['pi_timeout_3ds', 'pi_timeout_qr'])(
    '%s leaves an order waiting and never answers',
    async (paymentInstrumentId) => {
      const call = undiciRequest(`${sandbox.apiBaseUrl}payment`, {
        method: 'POST',
        headers: credentials(),
        body: JSON.stringify(paymentBody({ paymentInstrumentId })),
        headersTimeout: 300,
      });

      await expect(call).rejects.toMatchObject({ code: 'UND_ERR_HEADERS_TIMEOUT' });
      const ledger = await eventually(
        () => ledgerOf(sandbox),
        ({ orders }) => orders.length > 0,
      );
      expect(ledger.orders).toMatchObject([{ status: 'requires_action', chargedAt: null }]);
    },
  );
});

describe('a closing sandbox', () => {
  it('cuts the connections that it holds', async () => {
    const closing = await startTestSandbox();
    const held = postPayment(closing, { paymentInstrumentId: 'pi_timeout_charged' }).catch(() => 'cut');
    await eventually(
      () => ledgerOf(closing),
      ({ total }) => total === 1,
    );

    await closing.close();

    expect(await held).toBe('cut');
    await expect(fetch(closing.url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  it('says which setting to change where its port is taken', async () => {
    const port = Number(new URL(sandbox.url).port);

    await expect(startTestSandbox({ port })).rejects.toThrow(
      `Port ${port} is in use (EADDRINUSE): stop what listens there, or set SANDBOX_PORT to another.`,
    );
  });
});

describe('an unknown path', () => {
  it('is a 404, and a wrong method names the right ones', async () => {
    const unknown = await fetch(`${sandbox.url}/api/payments`);
    const wrongMethod = await fetch(`${sandbox.url}/api/payment`);

    expect(unknown.status).toBe(404);
    expect((await unknown.json()) as Envelope).toEqual({
      code: 404,
      msg: 'There is nothing at this path.',
      data: null,
    });
    expect(wrongMethod.status).toBe(405);
    expect(wrongMethod.headers.get('allow')).toBe('POST');
    expect((await wrongMethod.json()) as Envelope).toEqual({ code: 405, msg: 'This path takes POST.', data: null });
  });
});
