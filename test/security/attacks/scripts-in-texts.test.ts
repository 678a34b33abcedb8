import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openPage, type WatchedPage } from '../../support/browser.js';
import { startGateway, type Gateway } from '../../support/gateway.js';
import { createPayment, paymentInput, readLedger } from '../../support/graphql-client.js';

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
  expect(await page.evaluate('typeof pwned')).toBe('undefined');
  expect(
    await page.locator('main img[src="x"], main svg, main iframe, main script, a[href^="javascript:"]').count(),
  ).toBe(0);
  expect(dialogs).toEqual([]);
}

const charges = async (): Promise<number> => (await readLedger(gateway.sandboxUrl)).total;

const textsOf = (text: string): Record<string, unknown> => ({
  ...{ merchantReferenceId: text, promotionCode: text, metadata: [{ key: 'note', value: text }] },
  priceDataList: [{ name: text, unitAmount: '19.99', quantity: 1, imageUrl: 'https://shop.example/x.png' }],
});

async function actionFor(instrument: string, text: string) {
  const input = paymentInput({ paymentInstrumentId: instrument, ...textsOf(text) });
  const method = instrument === 'pi_wallet_qr' ? { paymentMethodType: 'CASHAPP' } : {};
  return (await createPayment(gateway.url, { ...input, ...method })).payment.action;
}

describe.each(SCRIPTS)('%s in every text of a payment', (_title, text) => {
  it('is shown as text by the provider’s challenge page', async () => {
    const before = await charges();
    await page.goto((await actionFor('pi_card_3ds', text)).url);
    await expectData(text);
    expect(await charges()).toBe(before);
  });

  it('is shown as text by the wallet’s page that its QR code leads to, and by the page of the paid order', async () => {
    const before = await charges();
    const { fallbackUrl } = await actionFor('pi_wallet_qr', text);
    await page.goto(`${fallbackUrl}?manual=1`);
    await expectData(text);
    await page.getByRole('button', { name: 'Pay' }).click();
    await page.getByRole('heading', { name: 'Paid' }).waitFor();
    await expectData(text);
    expect(await charges()).toBe(before + 1);
  });

  it('is shown as text by the bank’s page', async () => {
    const before = await charges();
    const { url: postTo, fields } = await actionFor('pi_form_post', text);
    await page.goto(`${gateway.url}/demo`);
    await page.evaluate(postingForm(postTo, fields));
    await page.getByRole('button', { name: 'Confirm' }).waitFor();
    await expectData(text);
    expect(await charges()).toBe(before);
  });

  it('is shown as text by the demo checkout, whatever field of the gateway’s answer it stands in', async () => {
    await answerWith(answerOf(text));
    await page.goto(`${gateway.url}/demo`);
    await page.getByRole('button', { name: 'Pay $19.99' }).click();
    await expectData(text);
  });

  it('is shown as text by the demo checkout when the payment is refused with it', async () => {
    await answerWith({
      ...{ __typename: 'PaymentRejected', code: text, message: text, retry: 'USE_NEW_KEY', requestId: text },
      ...{ providerCode: text, providerMessage: text },
    });
    await page.goto(`${gateway.url}/demo`);
    await page.getByRole('button', { name: 'Pay $19.99' }).click();
    await expectData(text);
  });

  it('does nothing in the address of the return page', async () => {
    await page.goto(
      `${gateway.url}/demo/return?orderId=${encodeURIComponent(text)}&status=${encodeURIComponent(text)}#${text}`,
    );
    await expectData('Which payment?');
  });
});

describe('a QR code’s fields that run', () => {
  it.each([['javascript:pwned=1'], ['data:text/html,<script>parent.pwned=1</script>']])(
    'are followed by nobody: %s',
    async (address) => {
      const action = {
        ...{ __typename: 'WalletQr', imageUrlPng: address, imageUrlSvg: address, imageDataUrl: address },
        ...{ hostedInstructionsUrl: address, mobileAuthUrl: address, fallbackUrl: address, expiresInSeconds: 100 },
      };
      const answer = answerOf('wallet');
      await answerWith({
        ...answer,
        payment: { ...answer.payment, status: 'REQUIRES_ACTION', terminal: false, action },
      });
      await page.goto(`${gateway.url}/demo`);
      await page.getByRole('button', { name: 'Pay $19.99' }).click();
      await expectData('Scan to pay');
      expect(
        await page.locator(':is(a, form, iframe):is([href^="javascript:"], [href^="data:"], [action], [src])').count(),
      ).toBe(0);
    },
  );
});

/** A successful answer with the text in every field that holds one. */
function answerOf(text: string) {
  const payment = {
    ...{ id: text, orderId: text, status: 'FAILED', terminal: true, action: null },
    amount: { amount: '19.99', currency: 'USD' },
    failure: { code: text, message: text, retry: 'USE_NEW_KEY' },
    timeline: [{ id: text, status: text, source: text, occurredAt: '2026-01-01T00:00:00.000Z', detail: text }],
  };
  return { __typename: 'CreatePaymentSuccess', replayed: false, payment };
}

/** A gateway that has come into an attacker's hands, as far as the checkout can tell. */
async function answerWith(result: object): Promise<void> {
  await page.route('**/graphql', (route) => route.fulfill({ json: { data: { createPayment: result } } }));
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
