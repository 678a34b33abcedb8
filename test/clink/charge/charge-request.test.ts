import fc from 'fast-check';
import type { CreatePaymentCommand } from '../../../src/payments/model/create-payment-command.js';
import { answerJson, PAID, startFakeClink, type FakeClink } from '../support/fake-clink.js';
import {
  API_KEY,
  chargeRequest,
  createTestClient,
  NOW_MS,
  OPEN_DEADLINE,
  type TestClient,
} from '../support/test-client.js';

describe('the request for a charge', () => {
  let clink: FakeClink;
  let client: TestClient;

  beforeEach(async () => {
    clink = await startFakeClink((response) => answerJson(response, PAID));
    client = createTestClient({ baseUrl: clink.baseUrl });
  });
  afterEach(async () => {
    await client.close();
    await clink.close();
  });

  async function sentFor(changes: Partial<CreatePaymentCommand>): Promise<{ text: string; body: unknown }> {
    await client.charge(chargeRequest(changes), OPEN_DEADLINE);
    const text = clink.requests.at(-1)?.body ?? '';
    return { text, body: JSON.parse(text) };
  }

  it('is one signed POST of JSON', async () => {
    await client.charge(chargeRequest(), OPEN_DEADLINE);

    expect(clink.requests).toHaveLength(1);
    expect(clink.requests[0]).toMatchObject({
      method: 'POST',
      url: '/api/payment',
      headers: { 'content-type': 'application/json', 'x-api-key': API_KEY, 'x-timestamp': String(NOW_MS) },
    });
  });

  it('asks, as lookups and renewals do, for an answer in no coding', async () => {
    await client.charge(chargeRequest(), OPEN_DEADLINE);
    await client.findOrdersByReference('pay_01');
    await client.refreshWalletQr('order_01');

    expect(clink.requests.map(({ headers }) => headers['accept-encoding'])).toEqual(Array(3).fill('identity'));
  });

  it('leaves out what is absent', async () => {
    const { body } = await sentFor({});

    expect(body).toEqual({
      customerId: 'cus_01',
      amount: 19.99,
      currency: 'USD',
      paymentInstrumentId: 'pi_card_ok',
      paymentMethodType: 'CARD',
      returnUrl: 'https://shop.example/return',
      merchantReferenceId: 'pay_01',
      metadata: { gateway_payment_id: 'pay_01' },
    });
  });

  it('carries the whole input', async () => {
    const { body } = await sentFor({
      customerEmail: 'buyer@shop.example',
      referenceCustomerId: 'c-7',
      price: { kind: 'catalogue', priceId: 'price_01', productId: 'prd_01' },
      paymentCurrency: 'EUR',
      priceDataList: [
        { name: 'Té', unitAmount: '1.5', quantity: 2, currency: 'USD', imageUrl: 'https://img.example/t.png' },
        { name: 'Bag', unitAmount: '0.00000001', quantity: 1, currency: null, imageUrl: null },
      ],
      promotionCode: 'SPRING',
      metadata: [
        { key: 'cart', value: '42' },
        { key: '__proto__', value: 'x' },
      ],
      platformType: 'WAP',
      deviceType: 'IOS',
    });

    expect(body).toEqual({
      customerId: 'cus_01',
      customerEmail: 'buyer@shop.example',
      referenceCustomerId: 'c-7',
      priceId: 'price_01',
      productId: 'prd_01',
      paymentCurrency: 'EUR',
      priceDataList: [
        { name: 'Té', unitAmount: 1.5, quantity: 2, currency: 'USD', imageUrl: 'https://img.example/t.png' },
        { name: 'Bag', unitAmount: 1e-8, quantity: 1 },
      ],
      paymentInstrumentId: 'pi_card_ok',
      paymentMethodType: 'CARD',
      returnUrl: 'https://shop.example/return',
      merchantReferenceId: 'pay_01',
      promotionCode: 'SPRING',
      metadata: JSON.parse('{"cart":"42","__proto__":"x","gateway_payment_id":"pay_01"}') as unknown,
      platformType: 'WAP',
      deviceType: 'iOS',
    });
  });

  it.each([
    ['https://shop.example/a|b?c={d}&e[]=1#^`"<>', 'https://shop.example/a%7Cb?c=%7Bd%7D&e[]=1#%5E%60%22%3C%3E'],
    [
      'https://bücher.example:8443/zurück?größe=ü&n=100%',
      'https://xn--bcher-kva.example:8443/zur%C3%BCck?gr%C3%B6%C3%9Fe=%C3%BC&n=100%',
    ],
    ['https://Shop.example:443/%7Bid%7D/../🍵', 'https://Shop.example:443/%7Bid%7D/../%F0%9F%8D%B5'],
    ['shopapp://zurück/{id}', 'shopapp://zur%C3%BCck/%7Bid%7D'],
    ['com.example.shop:/a|b', 'com.example.shop:/a%7Cb'],
  ])('writes the address %s in plain characters', async (written, sent) => {
    const line = { name: 'Tea', unitAmount: '19.99', quantity: 1, currency: null, imageUrl: written };
    const { body } = await sentFor({ returnUrl: written, priceDataList: [line] });
    expect(body).toMatchObject({ returnUrl: sent, priceDataList: [{ imageUrl: sent }] });
  });

  it('writes ANDROID as Android', async () => {
    expect((await sentFor({ deviceType: 'ANDROID' })).body).toMatchObject({ deviceType: 'Android' });
  });

  it.each([
    [1999n, 'USD', '19.99'],
    [680n, 'JPY', '680'],
    [1500n, 'KWD', '1.5'],
    [1n, 'KWD', '0.001'],
    [999_999_999_999_999n, 'USD', '9999999999999.99'],
    [999_999_999_999_999n, 'JPY', '999999999999999'],
  ])('writes %s minor units of %s as the number %s', async (minorUnits, currency, text) => {
    const sent = await sentFor({ price: { kind: 'direct', money: { minorUnits, currency } } });

    expect(sent.text).toContain(`"amount":${text},`);
  });

  it('writes any amount of up to 15 digits exactly', async () => {
    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: 1n, max: 10n ** 15n - 1n }), async (minorUnits) => {
        const sent = await sentFor({ price: { kind: 'direct', money: { minorUnits, currency: 'USD' } } });

        const [, whole = '', cents = ''] = /"amount":(\d+)(?:\.(\d{1,2}))?,/.exec(sent.text) ?? [];
        expect(BigInt(whole + cents.padEnd(2, '0'))).toBe(minorUnits);
      }),
      { numRuns: 200 },
    );
  });

  it('is signed with the key of the moment', async () => {
    let key = 'sk_test_old';
    const rolling = createTestClient({ baseUrl: clink.baseUrl, apiKey: () => key });
    await rolling.charge(chargeRequest(), OPEN_DEADLINE);
    key = 'sk_test_new';
    await rolling.charge(chargeRequest(), OPEN_DEADLINE);
    await rolling.close();

    expect(clink.requests.map(({ headers }) => headers['x-api-key'])).toEqual(['sk_test_old', 'sk_test_new']);
  });
});
