import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openPage, scanQr, type WatchedPage } from '../support/browser.js';
import { startGateway, type Gateway } from '../support/gateway/gateway.js';
import { setFaults } from '../support/gateway/sandbox-faults.js';
import { readLedger } from '../support/graphql-client.js';

let gateway: Gateway;
let browser: Browser;
let shop: WatchedPage;
let page: Page;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway({ with: ['embedded'] }), launchBrowser()]);
});
afterAll(() => Promise.all([browser.close(), gateway.close()]));

beforeEach(async () => {
  shop = await openPage(browser);
  page = shop.page;
  await page.goto(`${gateway.url}/demo`);
});
afterEach(() => shop.close());

async function payWith(instrument: string): Promise<void> {
  await page.getByText(instrument, { exact: true }).click();
  await page.getByRole('button', { name: 'Pay $19.99' }).click();
}

function heading(name: string) {
  return page.getByRole('heading', { name, exact: true }).waitFor();
}

async function shownPaymentId(): Promise<string> {
  return (await page.getByText(/^pay_[0-9a-f]{32}$/).textContent()) ?? '';
}

async function chargesOfShownPayment(): Promise<number> {
  const paymentId = await shownPaymentId();
  const { charges } = await readLedger(gateway.sandboxUrl);
  return charges.filter(({ gatewayPaymentId }) => gatewayPaymentId === paymentId).length;
}

/** The return page with what the gateway says about the payment. */
async function backInShop(): Promise<void> {
  await page.waitForURL(`${gateway.url}/demo/return?*`);
  await page.locator('#payment[data-status]').waitFor();
}

/** Scans the code on the screen and opens its page on another device, which pays. Returns the address. */
async function payByPhone(): Promise<string> {
  const scanned = await scanQr(page);
  const phone = await openPage(browser);
  await phone.page.goto(scanned);
  await phone.page.getByRole('heading', { name: /paid/i }).waitFor();
  expect(phone.complaints).toEqual([]);
  await phone.close();
  return scanned;
}

/** Breaks the connection of the first request with that operation: the page may ask for other things beside it. */
async function abortFirst(operation: string): Promise<void> {
  let isBroken = false;
  await page.route('**/graphql', async (route) => {
    if (isBroken || !(route.request().postData() ?? '').includes(operation)) return route.fallback();
    isBroken = true;
    return route.abort();
  });
}

describe('paying in the demo checkout', () => {
  it('shows a card payment as paid, with how it went and what was sent', async () => {
    await payWith('Visa ·· 4242');
    await heading('Paid');
    expect(await page.locator('.timeline').innerText()).toContain('SUCCEEDED');
    await page.getByText('Behind the scenes').click();
    expect(await page.locator('#exchanges').innerText()).toContain('"__typename": "CreatePaymentSuccess"');
    expect(await chargesOfShownPayment()).toBe(1);
    expect(shop.complaints).toEqual([]);
  });

  it('follows a redirect: approved at the bank, charged once, back in the shop', async () => {
    await payWith('Mastercard ·· 3155');
    await page.waitForURL(`${gateway.sandboxUrl}/3ds/challenge?token=*`);
    expect(await page.locator('main').innerText()).toContain('19.99');
    await page.getByRole('button', { name: 'Approve' }).click();
    await backInShop();
    expect(await chargesOfShownPayment()).toBe(1);
    expect(shop.complaints).toEqual([]);
  });

  it('follows a redirect: declined at the bank, not charged, back in the shop', async () => {
    await payWith('Mastercard ·· 3155');
    await page.getByRole('button', { name: 'Decline' }).click();
    await backInShop();
    expect(await chargesOfShownPayment()).toBe(0);
    expect(shop.complaints).toEqual([]);
  });

  it('shows a QR code that a camera can read, and that pays once when its page is opened', async () => {
    await payWith('Wallet app');
    await heading('Scan to pay');
    expect(await page.locator('.countdown').innerText()).toMatch(/^Valid for (?:5:00|4:\d\d)$/);
    const scanned = await payByPhone();
    const { charges } = await readLedger(gateway.sandboxUrl);
    const paymentId = await page.evaluate<string>("sessionStorage.getItem('paymentId')");
    expect(scanned.startsWith(`${gateway.sandboxUrl}/wallet/`)).toBe(true);
    expect(charges.filter(({ gatewayPaymentId }) => gatewayPaymentId === paymentId)).toHaveLength(1);
    expect(shop.complaints).toEqual([]);
  });

  it('has a new QR code made when the first has expired, and pays by it once', async () => {
    await page.clock.install();
    await page.reload();
    await payWith('Wallet app');
    await heading('Scan to pay');
    const first = await scanQr(page);
    await page.clock.fastForward('05:01');
    await heading('The code has expired');
    await page.getByRole('button', { name: 'Show a new code' }).click();
    await heading('Scan to pay');
    expect(await page.locator('.countdown').innerText()).toMatch(/^Valid for (?:5:00|4:\d\d)$/);
    expect(await payByPhone()).not.toBe(first);
    await heading('Paid');
    expect(await chargesOfShownPayment()).toBe(1);
    expect(shop.complaints).toEqual([]);
  });

  it('says why there is no new QR code, and tries again', async () => {
    await page.clock.install();
    await page.reload();
    await payWith('Wallet app');
    await heading('Scan to pay');
    await page.clock.fastForward('05:01');
    await abortFirst('RefreshWalletQr');
    await page.getByRole('button', { name: 'Show a new code' }).click();
    await heading('No new code');
    await page.getByRole('button', { name: 'Try again' }).click();
    await heading('Scan to pay');
  });

  it("posts a form to the bank's page: confirmed there, charged once, back in the shop", async () => {
    await payWith('Online banking');
    await page.waitForURL(`${gateway.sandboxUrl}/bank`);
    expect(await page.locator('main').innerText()).toContain('19.99');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await backInShop();
    expect(await chargesOfShownPayment()).toBe(1);
    expect(shop.complaints).toEqual([]);
  });
});

describe("the provider's verdict on what the payer did", () => {
  it('reaches the shop after an approved redirect', async () => {
    await payWith('Mastercard ·· 3155');
    await page.getByRole('button', { name: 'Approve' }).click();
    await heading('Paid');
  });

  it('reaches the shop after a declined redirect', async () => {
    await payWith('Mastercard ·· 3155');
    await page.getByRole('button', { name: 'Decline' }).click();
    await heading('Not paid');
  });

  it('reaches the page with the QR code when another device has paid', async () => {
    await payWith('Wallet app');
    await heading('Scan to pay');
    await payByPhone();
    await heading('Paid');
  });

  it('reaches the shop after a confirmed form', async () => {
    await payWith('Online banking');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await heading('Paid');
  });

  it('reaches a page that only waits', async () => {
    await page.getByText('When things go wrong').click();
    await payWith('Bank transfer');
    await heading('Almost there');
    await heading('Paid');
  });
});

describe('what the shop tells when things go wrong', () => {
  beforeEach(() => page.getByText('When things go wrong').click());

  it('names a decline and lets the customer pay otherwise', async () => {
    await payWith('Visa ·· 0002');
    await heading('Not paid');
    expect(await page.locator('#payment').innerText()).toContain('(card_declined)');
    await page.getByRole('button', { name: 'Choose another way to pay' }).click();
    await payWith('Visa ·· 4242');
    await heading('Paid');
  });

  it("says the gateway's sentence for a refusal", async () => {
    await payWith('Expired agreement');
    await heading('Not paid');
    expect(await page.locator('#outcome').innerText()).toContain(
      'The provider refused the request and charged nothing.',
    );
  });

  it('warns against paying again where nobody knows the outcome yet', async () => {
    await payWith('Cut line, before');
    await heading('We are finding out');
    expect(await page.locator('#outcome').innerText()).toContain('Please do not pay again');
    expect(await page.getByRole('button').all()).toHaveLength(0);
  });
});

describe('a connection that breaks', () => {
  it('is tried again with the same key, also after a reload, and charged once', async () => {
    const keys: unknown[] = [];
    await page.route('**/graphql', async (route) => {
      const { variables } = route.request().postDataJSON() as { variables: { input: { idempotencyKey: string } } };
      keys.push(variables.input.idempotencyKey);
      // The gateway gets the first request and pays; only its answer is lost.
      if (keys.length === 1) await route.fetch();
      if (keys.length < 3) await route.abort();
      else await route.continue();
    });
    await payWith('Visa ·· 4242');
    await heading('No answer');
    await page.getByRole('button', { name: 'Try again' }).click();
    await heading('No answer');
    await page.reload();
    await page.getByRole('button', { name: 'Try again' }).click();
    await heading('Paid');
    expect(keys).toEqual([keys[0], keys[0], keys[0]]);
    expect(await chargesOfShownPayment()).toBe(1);
  });
});

it('shows the sentence of a gateway that turns the page away', async () => {
  const message = 'Send an access token in the header Authorization: Bearer. Nothing was executed.';
  await page.route('**/graphql', (route) => route.fulfill({ status: 401, json: { errors: [{ message }] } }));
  await payWith('Visa ·· 4242');
  await heading('No answer');
  expect(await page.locator('#outcome').innerText()).toContain(message);
});

describe('a page that is loaded again', () => {
  /** The idempotency keys that the page sends from here on. */
  function watchKeys(): readonly unknown[] {
    const keys: unknown[] = [];
    page.on('request', (request) => {
      const sent = request.postData()?.match(/"idempotencyKey":"([^"]+)"/)?.[1];
      if (sent !== undefined) keys.push(sent);
    });
    return keys;
  }

  const payButton = () => page.getByRole('button', { name: 'Pay $19.99' });

  it('goes on asking about a payment of which nobody knows the outcome, and charges once', async () => {
    // Nobody tells this gateway the outcome, and it does not ask in time.
    const quiet = await startGateway({ env: { RECONCILE_INTERVAL_MS: '600000' } });
    await setFaults(quiet, { webhooks: { drop: ['*'] } });
    await page.goto(`${quiet.url}/demo`);
    const keys = watchKeys();
    await page.getByText('When things go wrong').click();
    await payWith('Cut line, after');
    await heading('We are finding out');
    const paymentId = await shownPaymentId();
    await page.reload();
    await heading('We are finding out');
    expect(await shownPaymentId()).toBe(paymentId);
    expect(await payButton().isVisible()).toBe(false);
    expect(keys).toEqual([keys[0], keys[0]]);
    expect((await readLedger(quiet.sandboxUrl)).charges).toHaveLength(1);
    await shop.close();
    await quiet.close();
  });

  it('shows the same QR code again, which pays once, and then sells something else', async () => {
    const keys = watchKeys();
    await payWith('Wallet app');
    await heading('Scan to pay');
    const scanned = await scanQr(page);
    await page.reload();
    await heading('Scan to pay');
    expect(await payByPhone()).toBe(scanned);
    await heading('Paid');
    expect(await chargesOfShownPayment()).toBe(1);
    await page.reload();
    await payWith('Visa ·· 4242');
    await heading('Paid');
    expect(keys).toEqual([keys[0], keys[0], keys[2]]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('lets the payer go on at the bank, who comes back to a shop that is done with the payment', async () => {
    await payWith('Mastercard ·· 3155');
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    await page.goto(`${gateway.url}/demo`);
    await heading('Not confirmed yet');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Approve' }).click();
    await backInShop();
    await heading('Paid');
    expect(await chargesOfShownPayment()).toBe(1);
    await page.goto(`${gateway.url}/demo`);
    await payButton().waitFor();
  });

  it('shows the order that is being paid, not the one that it starts with', async () => {
    await page.getByText('Linen notebook', { exact: true }).click();
    await page.getByText('When things go wrong').click();
    await page.getByText('Silent provider', { exact: true }).click();
    await abortFirst('CreatePayment');
    await page.getByRole('button', { name: 'Pay €12.50' }).click();
    await heading('No answer');
    await page.reload();
    await heading('No answer');
    expect(await page.locator('#order-total').innerText()).toBe('€12.50');
    expect(await page.getByLabel('Linen notebook').isChecked()).toBe(true);
    expect(await page.getByLabel('Silent provider').isChecked()).toBe(true);
    expect(await page.getByLabel('Silent provider').isVisible()).toBe(true);
  });

  it('lets the payer who has confirmed nothing choose another way to pay', async () => {
    const keys = watchKeys();
    await payWith('Mastercard ·· 3155');
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    await page.goto(`${gateway.url}/demo`);
    await page.getByRole('button', { name: 'Choose another way to pay' }).click();
    await payWith('Visa ·· 4242');
    await heading('Paid');
    expect(await chargesOfShownPayment()).toBe(1);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('forgets a payment that failed', async () => {
    await page.getByText('When things go wrong').click();
    await payWith('Visa ·· 0002');
    await heading('Not paid');
    await page.reload();
    await payButton().waitFor();
  });
});

describe('the return page', () => {
  it('does not believe the address', async () => {
    await payWith('Mastercard ·· 3155');
    await page.waitForURL(`${gateway.sandboxUrl}/3ds/challenge?token=*`);
    await page.goto(`${gateway.url}/demo/return?status=success&orderId=order_x`);
    await heading('Not confirmed yet');
    expect(await chargesOfShownPayment()).toBe(0);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Approve' }).waitFor();
  });

  it('says so when it knows no payment', async () => {
    await page.goto(`${gateway.url}/demo/return?status=success&orderId=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E`);
    await heading('Which payment?');
    expect(shop.complaints).toEqual([]);
  });
});
