import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openPage, type WatchedPage } from '../../support/browser.js';
import { startGateway, type Gateway } from '../../support/gateway/gateway.js';
import { createPayment, paymentInput } from '../../support/graphql-client.js';
import { addedToLedger, expectLedgerUnchanged, ordersAt } from '../support/ledger.js';

/** Each sets `pwned` or opens a dialog where a page takes it for its own. */
const SCRIPTS: readonly (readonly [string, string])[] = [
  ['a script', '<script>pwned=1;alert(1)</script>'],
  ['an image that fails', `"'><img src=x onerror="pwned=1;alert(1)">`],
  ['a drawing', '</dd></dl><svg/onload=pwned=1;alert(1)>'],
  ['a frame with a page of its own', '<iframe srcdoc="<script>parent.pwned=1;alert(1)</script>"></iframe>'],
  [
    'a link that runs and a template',
    '<a href="javascript:pwned=1" autofocus onfocus=pwned=1>x</a>{{constructor.constructor("pwned=1")()}}${pwned=1}',
  ],
];

let gateway: Gateway;
let browser: Browser;
let watched: WatchedPage;
let page: Page;
let dialogs: string[];
beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway(), launchBrowser()]);
}, 60_000);
afterAll(() => Promise.all([browser.close(), gateway.close()]));
beforeEach(async () => {
  watched = await openPage(browser);
  page = watched.page;
  dialogs = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
});
afterEach(() => watched.close());

/** Nothing ran, and whoever reads the page reads the text as it was written. */
async function expectData(text: string): Promise<void> {
  await page.getByText(text, { exact: false }).first().waitFor({ state: 'attached' });
  expect(
    await page.locator('main img[src="x"], main svg, main iframe, main script, a[href^="javascript:"]').count(),
  ).toBe(0);
  await expectNothingRan();
}

async function expectNothingRan(): Promise<void> {
  expect(await page.evaluate('typeof pwned')).toBe('undefined');
  expect(dialogs).toEqual([]);
}

const orders = () => ordersAt(gateway.sandboxUrl);

const textsOf = (text: string): Record<string, unknown> => ({
  ...{ merchantReferenceId: `${text} in the reference`, promotionCode: text, metadata: [{ key: 'note', value: text }] },
  priceDataList: [{ ...{ name: `${text} in the name`, unitAmount: '19.99' }, imageUrl: 'https://shop.example/x.png' }],
});

/** Both texts that the provider's pages show. */
async function expectTexts(text: string): Promise<void> {
  await expectData(`${text} in the reference`);
  await expectData(`${text} in the name`);
}

async function actionFor(instrument: string, text: string) {
  const input = paymentInput({ paymentInstrumentId: instrument, ...textsOf(text) });
  const method = instrument === 'pi_wallet_qr' ? { paymentMethodType: 'CASHAPP' } : {};
  return (await createPayment(gateway.url, { ...input, ...method })).payment.action;
}

describe.each(SCRIPTS)('%s in every text of a payment', (_title, text) => {
  it('is shown as text by the provider’s challenge page, which charges nothing', async () => {
    const { added } = await addedToLedger(orders, async () => {
      await page.goto((await actionFor('pi_card_3ds', text)).url);
      await expectTexts(text);
    });
    expect(added).toMatchObject([{ status: 'requires_action' }]);
  });

  it('is shown as text by the page of the order that was declined', async () => {
    const { added } = await addedToLedger(orders, async () => {
      const { url } = await actionFor('pi_card_3ds', text);
      const { origin, pathname, searchParams } = new URL(url);
      const decision = new URLSearchParams({ token: searchParams.get('token') ?? '', decision: 'decline' });
      await fetch(origin + pathname, { method: 'POST', body: decision, redirect: 'manual' });
      await page.goto(url);
      await page.getByRole('heading', { name: 'Not paid' }).waitFor();
      await expectTexts(text);
    });
    expect(added).toMatchObject([{ status: 'failed' }]);
  });

  it('is shown as text by the wallet’s page that its QR code leads to, and by the page of the paid order', async () => {
    const { added } = await addedToLedger(orders, async () => {
      const { fallbackUrl } = await actionFor('pi_wallet_qr', text);
      await page.goto(`${fallbackUrl}?manual=1`);
      await expectTexts(text);
      await page.getByRole('button', { name: 'Pay' }).click();
      await page.getByRole('heading', { name: 'Paid' }).waitFor();
      await expectTexts(text);
    });
    expect(added).toMatchObject([{ status: 'success' }]);
  });

  it('is shown as text by the bank’s page, which charges nothing', async () => {
    const { added } = await addedToLedger(orders, async () => {
      const { url: postTo, fields } = await actionFor('pi_form_post', text);
      await page.goto(`${gateway.url}/demo`);
      await page.evaluate(postingForm(postTo, fields));
      await page.getByRole('button', { name: 'Confirm' }).waitFor();
      await expectTexts(text);
    });
    expect(added).toMatchObject([{ status: 'requires_action' }]);
  });
});

describe.each(SCRIPTS)('%s in every text of an answer', (_title, text) => {
  expectLedgerUnchanged(orders);
  const inField = (field: string): string => `${text} in ${field}`;

  /** With the text in every field that holds one, each with the field's name. */
  const payment = {
    ...{ id: inField('id'), orderId: inField('orderId'), status: inField('status'), terminal: true, action: null },
    amount: { amount: '19.99', currency: 'USD' },
    failure: { code: inField('code'), message: inField('message'), retry: 'USE_NEW_KEY' },
    timeline: [
      {
        ...{ id: '1', status: inField('the event'), source: inField('the source'), detail: inField('the detail') },
        occurredAt: '2026-01-01T00:00:00.000Z',
      },
    ],
  };
  const SHOWN = ['id', 'orderId', 'status', 'code', 'message', 'the event', 'the source', 'the detail'];

  it('is shown as text by the demo checkout, whatever field of a payment it stands in', async () => {
    await answerWith({ createPayment: { __typename: 'CreatePaymentSuccess', replayed: false, payment } });
    await payAtDemo();
    for (const field of SHOWN) await expectData(inField(field));
  });

  it('is shown as text by the demo checkout when the payment is refused with it', async () => {
    const refusal = {
      ...{ __typename: 'PaymentRejected', code: inField('code'), message: inField('message'), retry: 'USE_NEW_KEY' },
      ...{ requestId: text, providerCode: text, providerMessage: inField('providerMessage') },
      issues: [{ path: [inField('path')], rule: text, message: inField('the issue') }],
    };
    await answerWith({ createPayment: refusal });
    await payAtDemo();
    for (const field of ['code', 'message', 'providerMessage', 'path', 'the issue']) await expectData(inField(field));
  });

  it('is shown as text by the demo checkout when no new QR code can be had', async () => {
    const waiting = { ...payment, status: 'REQUIRES_ACTION', terminal: false, failure: null, action: EXPIRED_QR };
    await answerWith({
      createPayment: { __typename: 'CreatePaymentSuccess', replayed: false, payment: waiting },
      payment: waiting,
      refreshWalletQr: { __typename: 'WalletQrUnavailable', message: inField('message'), retry: 'RETRY_SAME_KEY' },
    });
    await payAtDemo();
    await page.getByRole('button', { name: 'Show a new code' }).click();
    await page.getByRole('heading', { name: 'No new code' }).waitFor();
    await expectData(inField('message'));
  });

  it('is shown as text by the demo’s return page, whatever field of a payment it stands in', async () => {
    await answerWith({ payment, paymentByOrderId: payment });
    await page.goto(`${gateway.url}/demo/return?orderId=order_1`);
    for (const field of SHOWN) await expectData(inField(field));
  });

  it('is shown as text by GraphiQL', async () => {
    await answerWith({ createPayment: { __typename: 'CreatePaymentSuccess', payment } });
    await page.goto(`${gateway.url}/graphiql`);
    await page.getByRole('button', { name: /Execute query/ }).click();
    const shown = JSON.stringify(inField('the detail')).slice(1, -1);
    await page.locator('.result-window', { hasText: shown }).waitFor();
    await expectNothingRan();
  });
});

describe.each(SCRIPTS)('%s in an address', (_title, text) => {
  expectLedgerUnchanged(orders);
  const encoded = encodeURIComponent(text);

  it('is shown as text by the return page that looks for its order', async () => {
    await page.goto(`${gateway.url}/demo/return?orderId=${encoded}&status=${encoded}#${text}`);
    await expectData('Which payment?');
    await expectData(JSON.stringify(text).slice(1, -1));
  });

  it.each([
    ['the shop', () => `${gateway.url}/demo?item=${encoded}#${text}`, 'Checkout'],
    ['the list of places', () => `${gateway.url}/?${encoded}#${text}`, 'It is running. Where to?'],
    ['a challenge', () => `${gateway.sandboxUrl}/3ds/challenge?token=${encoded}`, 'This challenge is gone'],
    ['a wallet', () => `${gateway.sandboxUrl}/wallet/${encoded}`, 'This QR code is gone'],
    ['the provider', () => `${gateway.sandboxUrl}/?${encoded}#${text}`, 'An embedded payment provider'],
  ])('does nothing in the page of %s', async (_page, address, heading) => {
    await page.goto(address());
    await page.getByRole('heading', { name: heading }).waitFor();
    await expectNothingRan();
  });

  it('is not said back by the page of Apollo’s explorer', async () => {
    const answer = await fetch(`${gateway.url}/graphql?example=${encoded}&run=${encoded}`, {
      headers: { accept: 'text/html' },
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await answer.text()).not.toContain('pwned');
  });
});

describe.each([['javascript:pwned=1'], ['data:text/html,<script>parent.pwned=1</script>']])(
  'an action that leads to %s',
  (address) => {
    expectLedgerUnchanged(orders);

    const answerWithAction = (action: object): Promise<void> => {
      const payment = {
        ...{ id: 'pay_1', orderId: 'order_1', status: 'REQUIRES_ACTION', terminal: false, action },
        ...{ amount: null, failure: null, timeline: [] },
      };
      return answerWith({ createPayment: { __typename: 'CreatePaymentSuccess', replayed: false, payment }, payment });
    };
    const qr = {
      ...{ __typename: 'WalletQr', imageUrlPng: address, imageUrlSvg: address, imageDataUrl: address },
      ...{ hostedInstructionsUrl: address, mobileAuthUrl: address, fallbackUrl: address, expiresInSeconds: 100 },
    };

    it('is followed from no QR code', async () => {
      await answerWithAction(qr);
      await payAtDemo();
      await expectData('Scan to pay');
      expect(
        await page.locator(':is(a, form, iframe):is([href^="javascript:"], [href^="data:"], [action], [src])').count(),
      ).toBe(0);
    });

    it.each([
      ['redirect', { __typename: 'Redirect', url: address }],
      ['form', { __typename: 'FormPost', url: address, fields: [{ name: 'submit', value: address }] }],
    ])('is followed from no %s', async (_kind, action) => {
      await answerWithAction(action);
      await payAtDemo();
      await page.locator('#exchanges', { hasText: address }).waitFor({ state: 'attached' });
      await expectNothingRan();
      expect(page.url()).toBe(`${gateway.url}/demo`);
      expect(await page.locator('form[action]').count()).toBe(0);
    });

    it('runs nothing on a phone, where the wallet’s link is for an app', async () => {
      const phone = await openPage(browser, { hasTouch: true, isMobile: true });
      page = phone.page;
      await answerWithAction(qr);
      await payAtDemo();
      await page.getByRole('link', { name: 'Open the wallet app' }).click();
      expect(await page.evaluate('typeof pwned')).toBe('undefined');
      expect(page.url()).toBe(`${gateway.url}/demo`);
      await phone.close();
    });
  },
);

const EXPIRED_QR = {
  ...{ __typename: 'WalletQr', imageUrlPng: null, imageUrlSvg: null, imageDataUrl: null, expiresInSeconds: 0 },
  ...{ hostedInstructionsUrl: null, mobileAuthUrl: null, fallbackUrl: null },
};

/** A gateway that has come into an attacker's hands, as far as a page can tell: it answers every operation with these fields. */
async function answerWith(data: object): Promise<void> {
  await page.route(/\/graphql(?:\?|$)/, (route) =>
    route.request().postData()?.includes('IntrospectionQuery') ? route.continue() : route.fulfill({ json: { data } }),
  );
}

async function payAtDemo(): Promise<void> {
  await page.goto(`${gateway.url}/demo`);
  await page.getByRole('button', { name: 'Pay $19.99' }).click();
}

/** What a shop's page does with a form action. */
function postingForm(action: string, fields: readonly { readonly name: string; readonly value: string }[]): string {
  return `
    const form = Object.assign(document.createElement('form'), { method: 'post', action: ${JSON.stringify(action)} });
    for (const { name, value } of ${JSON.stringify(fields)})
      form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
    document.body.append(form);
    form.submit();`;
}
