import type { QrRefreshOutcome } from '../../../src/payments/ports/order-provider.js';
import { startFakeClink, type FakeClink } from '../support/fake-clink.js';
import { createTestClient, type TestClient } from '../support/test-client.js';

const WALLET = { mobileAuthUrl: 'cashapp://pay/2', expiresAt: 1_795_349_100 };
const FRESH = { code: 200, data: { orderId: 'order_01', action: { walletHandleRedirectOrDisplayQrCode: WALLET } } };

describe('refreshing a wallet’s QR code', () => {
  let clink: FakeClink;
  let client: TestClient;
  let answer: { readonly httpStatus?: number; readonly body: unknown };

  beforeAll(async () => {
    clink = await startFakeClink((response) => {
      response.writeHead(answer.httpStatus ?? 200).end(JSON.stringify(answer.body));
    });
    client = createTestClient({ baseUrl: clink.baseUrl });
  });
  afterAll(async () => {
    await client.close();
    await clink.close();
  });

  function refresh(body: unknown, httpStatus = 200): Promise<QrRefreshOutcome> {
    answer = { httpStatus, body };
    return client.refreshWalletQr('order_01');
  }

  it('gives the new code', async () => {
    expect(await refresh(FRESH)).toMatchObject({
      kind: 'refreshed',
      action: { kind: 'walletQr', mobileAuthUrl: 'cashapp://pay/2', expiresAtMs: 1_795_349_100_000 },
    });
    expect(clink.requests.at(-1)).toMatchObject({
      method: 'POST',
      url: '/api/payment/order_01/qrcode/refresh',
      body: '',
    });
  });

  it.each([
    [{ code: 90101219, msg: 'order is paid' }, '90101219', 'order is paid'],
    [{ code: 400, msg: 'not a CASHAPP order' }, '400', 'not a CASHAPP order'],
    [{ code: 404 }, '404', null],
  ])('is refused by %j', async (body, providerCode, providerMessage) => {
    expect(await refresh(body)).toEqual({ kind: 'refused', rejection: { providerCode, providerMessage } });
  });

  it.each<readonly [string, unknown, number, string]>([
    ['a code of a failed service', { code: 500 }, 200, 'serverError'],
    ['HTTP 503', FRESH, 503, 'serverError'],
    ['HTTP 401', 'no', 401, 'unauthorized'],
    ['HTTP 429', 'no', 429, 'rateLimited'],
    ['success under HTTP 404', FRESH, 404, 'unlistedCode'],
    ['another order', { ...FRESH, data: { ...FRESH.data, orderId: 'order_02' } }, 200, 'malformedAnswer'],
    ['no action', { code: 200, data: { orderId: 'order_01' } }, 200, 'malformedAnswer'],
    [
      'a redirect',
      { code: 200, data: { orderId: 'order_01', action: { redirectUrl: 'https://a.example' } } },
      200,
      'malformedAnswer',
    ],
    ['no data', { code: 200 }, 200, 'malformedAnswer'],
  ])('is unavailable on %s', async (_sentence, body, httpStatus, reason) => {
    expect(await refresh(body, httpStatus)).toEqual({ kind: 'unavailable', reason });
  });

  it('never asks for an impossible id', async () => {
    const before = clink.requests.length;

    expect(await client.refreshWalletQr('..')).toEqual({ kind: 'unavailable', reason: 'malformedAnswer' });
    expect(clink.requests).toHaveLength(before);
  });
});
