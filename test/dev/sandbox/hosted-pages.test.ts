import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { INSTRUMENTS } from '../../../src/dev/sandbox/orders/instruments.js';
import type { Sandbox } from '../../../src/dev/sandbox/sandbox.js';
import {
  actionOf,
  ledgerOf,
  pay,
  postForm,
  postJson,
  startTestSandbox,
  testClock,
  walletPageOf,
  type ActionData,
  type Envelope,
} from './sandbox-harness.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  await fetch(`${sandbox.url}/sandbox/ledger`, { method: 'DELETE' });
});

const MINUTE_MS = 60_000;
const textOf = async (url: string): Promise<string> => (await fetch(url)).text();

async function onlyOrder(): Promise<{ orderId: string; status: string }> {
  const [order] = (await ledgerOf(sandbox)).orders;
  return { orderId: order?.orderId ?? '', status: order?.status ?? 'none' };
}

async function returnLocation(status: string): Promise<string> {
  const { orderId } = await onlyOrder();
  return `http://shop.localhost:4000/return?basket=7&orderId=${orderId}&status=${status}#top`;
}

describe('the 3-D Secure challenge', () => {
  const challenge = async (fields: Record<string, unknown> = {}): Promise<{ url: string; token: string }> => {
    const url = String((await actionOf(sandbox, { paymentInstrumentId: 'pi_card_3ds', ...fields })).redirectUrl);
    return { url, token: new URL(url).searchParams.get('token') ?? '' };
  };
  const decide = (token: string, decision: string): Promise<Response> =>
    postForm(`${sandbox.url}/3ds/challenge`, { token, decision });

  it('is a redirect with nothing else', async () => {
    expect(await actionOf(sandbox, { paymentInstrumentId: 'pi_card_3ds' })).toEqual({
      redirectUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/3ds\/challenge\?token=[\w-]{24}$/) as string,
      method: 'GET',
      type: 'redirect',
      paymentMethodType: 'CARD',
      postData: null,
      walletHandleRedirectOrDisplayQrCode: null,
    });
  });

  it('shows the amount and the shop with both buttons, and charges nothing by being looked at', async () => {
    const page = await textOf((await challenge()).url);

    expect(page).toContain('<h1>Is it you who is paying?</h1>');
    expect(page).toContain('19.99 USD');
    expect(page).toContain('to shop.localhost:4000');
    expect(page).toMatch(/value="approve">\s*Approve/);
    expect(page).toMatch(/value="decline">\s*Decline/);
    expect(await onlyOrder()).toMatchObject({ status: 'requires_action' });
  });

  it('charges when it is approved and leads back behind the query that was there', async () => {
    const { token } = await challenge();

    const response = await decide(token, 'approve');

    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(await returnLocation('success'));
    expect(await ledgerOf(sandbox)).toMatchObject({ total: 1, byGatewayPaymentId: { pay_1: 1 } });
  });

  it('fails the order when it is declined', async () => {
    const { token } = await challenge();

    const response = await decide(token, 'decline');

    expect(response.headers.get('location')).toBe(await returnLocation('failed'));
    expect(await ledgerOf(sandbox)).toMatchObject({ total: 0 });
  });

  it('is decided once: approving twice or declining afterwards changes nothing', async () => {
    const { url, token } = await challenge();
    await decide(token, 'approve');
    const again = await decide(token, 'approve');
    const declined = await decide(token, 'decline');

    expect([again.status, declined.status]).toEqual([303, 303]);
    expect(declined.headers.get('location')).toBe(await returnLocation('success'));
    expect(await ledgerOf(sandbox)).toMatchObject({ total: 1 });
    expect(await textOf(url)).toContain('<h1>Paid</h1>');
  });

  it('asks again where the decision is neither', async () => {
    const { token } = await challenge();

    const response = await decide(token, 'perhaps');

    expect(response.status).toBe(200);
    expect(await onlyOrder()).toMatchObject({ status: 'requires_action' });
  });

  it('is gone where the token is unknown or a quarter of an hour old', async () => {
    const { url, token } = await challenge();
    testClock.moveOn(15 * MINUTE_MS);
    const visits = [
      await fetch(url),
      await fetch(`${sandbox.url}/3ds/challenge?token=x`),
      await decide(token, 'approve'),
    ];

    expect(visits.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(await visits[0]?.text()).toContain('<h1>This challenge is gone</h1>');
    expect(await ledgerOf(sandbox)).toMatchObject({ total: 0 });
  });

  it('leads nowhere but to the return URL of its order', async () => {
    const { url, token } = await challenge();
    const evil = 'https://evil.example/';
    const page = await textOf(`${url}&returnUrl=${evil}`);
    const response = await postForm(`${sandbox.url}/3ds/challenge?returnUrl=${evil}`, {
      token,
      decision: 'approve',
      returnUrl: evil,
    });

    expect(page).not.toContain('evil.example');
    expect(response.headers.get('location')).toBe(await returnLocation('success'));
  });

  it.each([
    ['https://shop.example', 'https://shop.example/?orderId=ID&status=success'],
    ['https://shop.example/r?a=%20b+c&a=2', 'https://shop.example/r?a=%20b+c&a=2&orderId=ID&status=success'],
    ['https://shop.example/r#x?y', 'https://shop.example/r?orderId=ID&status=success#x?y'],
  ])('keeps the return URL %s as it was written', async (returnUrl, location) => {
    const { token } = await challenge({ returnUrl });

    const response = await decide(token, 'approve');

    expect(response.headers.get('location')).toBe(location.replace('ID', (await onlyOrder()).orderId));
  });

  it('leads back to an app, whose scheme stands for the shop', async () => {
    const { url, token } = await challenge({ returnUrl: 'com.example.shop:/return?basket=7' });

    const page = await fetch(url);
    const response = await decide(token, 'approve');

    expect(page.headers.get('content-security-policy')).toContain("form-action 'self' com.example.shop:;");
    expect(await page.text()).toContain('to com.example.shop<');
    const { orderId } = await onlyOrder();
    expect(response.headers.get('location')).toBe(
      `com.example.shop:/return?basket=7&orderId=${orderId}&status=success`,
    );
  });

  it('escapes what the merchant wrote', async () => {
    const name = `<script>alert("x")</script>`;
    const { url } = await challenge({
      priceDataList: [{ name, unitAmount: 19.99 }],
      merchantReferenceId: `"><img src=x onerror='alert(1)'>&amp;`,
    });
    const page = await textOf(url);

    expect(page).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;');
    expect(page).toContain('&quot;&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;&amp;amp;');
    expect(page).not.toContain('<script');
    expect(page).not.toContain('<img');
  });

  it('allows no script, no frame and nothing from elsewhere, and keeps its address to itself', async () => {
    const { headers } = await fetch((await challenge()).url);

    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'none'; " +
        "form-action 'self' http://shop.localhost:4000; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

describe('the wallet', () => {
  it('is a QR object whose links are the wallet page, with its end in seconds', async () => {
    const beforeMs = testClock.now();
    const action = await actionOf(sandbox, { paymentInstrumentId: 'pi_wallet_qr', paymentMethodType: 'CASHAPP' });
    const wallet = action.walletHandleRedirectOrDisplayQrCode;
    const page = String(wallet?.fallbackUrl);

    expect(action).toMatchObject({ redirectUrl: '', paymentMethodType: 'CASHAPP', postData: null });
    expect(page).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/wallet\/[\w-]{24}$/);
    expect(wallet).toMatchObject({
      imageUrlPng: `${page}/qr.png`,
      imageUrlSvg: `${page}/qr.svg`,
      hostedInstructionsUrl: page,
      mobileAuthUrl: `sandboxwallet://pay/${page.split('/').pop()}`,
      packageName: '',
    });
    expect(Number(wallet?.expiresAt) * 1000 - beforeMs).toBeGreaterThan(4 * MINUTE_MS);
    expect(Number(wallet?.expiresAt) * 1000 - beforeMs).toBeLessThan(6 * MINUTE_MS);
    expect(Number(wallet?.expiresSecond)).toBeGreaterThan(240);
  });

  it('has the same link in the PNG and in the data URL, readable by a scanner', async () => {
    const wallet = (await actionOf(sandbox, { paymentInstrumentId: 'pi_wallet_qr' }))
      .walletHandleRedirectOrDisplayQrCode;
    const response = await fetch(String(wallet?.imageUrlPng));
    const served = Buffer.from(await response.arrayBuffer());
    const [type, base64] = String(wallet?.imageDataUrl).split(',');

    expect(response.headers.get('content-type')).toBe('image/png');
    expect(type).toBe('data:image/png;base64');
    expect(scan(served)).toBe(wallet?.fallbackUrl);
    expect(scan(Buffer.from(base64 ?? '', 'base64'))).toBe(wallet?.fallbackUrl);
  });

  it('has an SVG without scripts', async () => {
    const response = await fetch(`${await walletPageOf(sandbox)}/qr.svg`);

    expect(response.headers.get('content-type')).toBe('image/svg+xml');
    expect(await response.text()).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^>]*><path[^]*<\/svg>\s*$/);
  });

  it('is not paid by fetching its page, which carries a form that submits itself', async () => {
    const response = await fetch(await walletPageOf(sandbox));
    const page = await response.text();

    expect(page).toContain('<h1>Pay 19.99 USD to shop.localhost:4000</h1>');
    expect(page).toContain('data-pays-on-opening');
    expect(page).toContain('src="/assets/pays-on-opening.js"');
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self'; form-action 'self';");
    expect(await onlyOrder()).toMatchObject({ status: 'requires_action' });
  });

  it('waits for a click where it is opened by hand', async () => {
    const page = await textOf(`${await walletPageOf(sandbox)}?manual=1`);

    expect(page).toMatch(/value="pay">\s*Pay/);
    expect(page).not.toContain('<script');
  });

  it('is paid by its form, once, and then says so with the way back', async () => {
    const url = await walletPageOf(sandbox);
    const first = await postForm(url, { decision: 'pay' });
    await postForm(url, {});
    await postForm(url, { decision: 'cancel' });
    const page = await textOf(url);

    expect(first.status).toBe(303);
    expect(first.headers.get('location')).toBe(url);
    expect(await ledgerOf(sandbox)).toMatchObject({ total: 1, byGatewayPaymentId: { pay_1: 1 } });
    expect(page).toContain('<h1>Paid</h1>');
    expect(page).toContain(`href="${(await returnLocation('success')).replaceAll('&', '&amp;')}"`);
  });

  it('fails the order when it is canceled', async () => {
    const url = await walletPageOf(sandbox);
    await postForm(url, { decision: 'cancel' });

    expect(await textOf(url)).toContain('<h1>Not paid</h1>');
    expect(await textOf(url)).toContain('The payer canceled the payment.');
    expect(await onlyOrder()).toMatchObject({ status: 'failed' });
  });

  it("can't be paid after five minutes, but shows a payment for longer", async () => {
    const url = await walletPageOf(sandbox);
    const paidUrl = await walletPageOf(sandbox);
    await postForm(paidUrl, {});
    testClock.moveOn(5 * MINUTE_MS);
    const visits = [
      await fetch(url),
      await postForm(url, {}),
      await fetch(`${url}/qr.png`),
      await fetch(`${url}/qr.svg`),
    ];

    expect(visits.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(await visits[0]?.text()).toContain('<h1>This QR code is gone</h1>');
    expect(await textOf(paidUrl)).toContain('<h1>Paid</h1>');
    expect(await ledgerOf(sandbox)).toMatchObject({ total: 1 });
  });
});

describe('POST /payment/{orderId}/qrcode/refresh', () => {
  const refresh = async (orderId: string): Promise<Envelope> =>
    (await (
      await postJson(sandbox, { path: `payment/${orderId}/qrcode/refresh`, body: undefined })
    ).json()) as Envelope;

  it('makes a new code for another five minutes, and the old one is gone', async () => {
    const { data } = await pay(sandbox, { paymentInstrumentId: 'pi_wallet_qr', paymentMethodType: 'CASHAPP' });
    const oldUrl = String(data?.action?.walletHandleRedirectOrDisplayQrCode?.fallbackUrl);
    testClock.moveOn(6 * MINUTE_MS);

    const answer = await refresh(data?.orderId ?? '');
    const newUrl = String(answer.data?.action?.walletHandleRedirectOrDisplayQrCode?.fallbackUrl);

    expect(answer).toMatchObject({ code: 200, data: { orderId: data?.orderId } });
    expect((await postForm(oldUrl, {})).status).toBe(404);
    expect((await postForm(newUrl, {})).status).toBe(303);
    expect(await ledgerOf(sandbox)).toMatchObject({ total: 1 });
  });

  it.each([
    ['another method', { paymentInstrumentId: 'pi_wallet_qr', paymentMethodType: 'ALIPAY' }],
    ['another action', { paymentInstrumentId: 'pi_card_3ds', paymentMethodType: 'CASHAPP' }],
    ['a paid order', { paymentInstrumentId: 'pi_card_ok', paymentMethodType: 'CASHAPP' }],
  ])('refuses %s', async (_case, fields) => {
    const { data } = await pay(sandbox, fields);

    expect(await refresh(data?.orderId ?? '')).toEqual({
      code: 400,
      msg: 'Only the QR code of a CASHAPP order can be refreshed.',
      data: null,
    });
  });

  it('refuses a code that was paid and an order that it does not know', async () => {
    const { data } = await pay(sandbox, { paymentInstrumentId: 'pi_wallet_qr', paymentMethodType: 'CASHAPP' });
    await postForm(String(data?.action?.walletHandleRedirectOrDisplayQrCode?.fallbackUrl), {});

    expect(await refresh(data?.orderId ?? '')).toEqual({
      code: 400,
      msg: 'The order does not wait for its payer any more.',
      data: null,
    });
    expect(await refresh('order_x')).toEqual({ code: 404, msg: 'ORDER_NOT_FOUND', data: null });
  });
});

describe('the bank', () => {
  const bankForm = (fields: Record<string, unknown> = {}): Promise<ActionData> =>
    actionOf(sandbox, { paymentInstrumentId: 'pi_form_post', ...fields });
  const post = ({ redirectUrl, postData }: ActionData, fields: Record<string, string> = {}): Promise<Response> =>
    postForm(String(redirectUrl), { ...postData, ...fields });

  it('is a form to post, with signed fields', async () => {
    const action = await bankForm();

    expect(action).toMatchObject({ redirectUrl: `${sandbox.url}/bank`, method: 'POST' });
    expect(action.postData).toMatchObject({
      orderId: (await onlyOrder()).orderId,
      amount: '19.99',
      currency: 'USD',
      signature: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
  });

  it('shows what was posted and charges only when it is confirmed', async () => {
    const action = await bankForm();
    const page = await (await post(action)).text();

    expect(page).toContain('<h1>Confirm the transfer</h1>');
    expect(page).toContain('19.99 USD');
    expect(await ledgerOf(sandbox)).toMatchObject({ total: 0 });

    const confirmed = await post(action, { decision: 'confirm' });
    expect(confirmed.status).toBe(303);
    expect(confirmed.headers.get('location')).toBe(await returnLocation('success'));
    expect(await ledgerOf(sandbox)).toMatchObject({ total: 1, byGatewayPaymentId: { pay_1: 1 } });
  });

  it('repeats every field in its own form, so that it can be confirmed', async () => {
    const action = await bankForm();
    const page = await (await post(action)).text();
    const inputs = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]+)"/g)];

    expect(Object.fromEntries(inputs.map(([, name, value]) => [name, value]))).toEqual(action.postData);
  });

  it('fails the order when it is canceled, and deciding again changes nothing', async () => {
    const action = await bankForm();
    await post(action, { decision: 'cancel' });
    const again = await post(action, { decision: 'confirm' });

    expect(again.headers.get('location')).toBe(await returnLocation('failed'));
    expect(await (await post(action)).text()).toContain('<h1>Not paid</h1>');
    expect(await ledgerOf(sandbox)).toMatchObject({ total: 0 });
  });

  it.each(['amount', 'currency', 'orderId', 'signature'])('refuses an altered %s', async (name) => {
    const response = await post(await bankForm(), { [name]: '1', decision: 'confirm' });

    expect(response.status).toBe(400);
    expect(await response.text()).toContain('<h1>The form was altered</h1>');
    expect(await ledgerOf(sandbox)).toMatchObject({ total: 0 });
  });

  it('is gone where the token is unknown, and explains itself to a visitor', async () => {
    const gone = await post(await bankForm(), { token: 'x' });
    const visit = await fetch(`${sandbox.url}/bank`);

    expect(gone.status).toBe(404);
    expect(await gone.text()).toContain('<h1>This bank order is gone</h1>');
    expect(visit.status).toBe(405);
    expect(await visit.text()).toContain('A shop opens this page by posting a form with the order to it.');
  });
});

describe('the index page', () => {
  it('names every instrument and the orders that wait', async () => {
    await walletPageOf(sandbox);
    const page = await textOf(sandbox.url);

    const named = [...page.matchAll(/<code>(pi_\w{2,})<\/code>/g)].map(([, id]) => id);
    expect(named).toEqual([...INSTRUMENTS.keys()]);
    expect(page).toContain('19.99 USD to shop.localhost:4000');
    expect(page).toContain('?manual=1');
  });
});

function scan(png: Buffer): string | undefined {
  const { data, width, height } = PNG.sync.read(png);
  return jsQR(new Uint8ClampedArray(data), width, height)?.data;
}
