import type { Browser } from 'playwright-core';
import { usePostgres } from '../store/support/test-stores.js';
import { launchBrowser, openPage, scanQr } from '../support/browser.js';
import { startGateway, type Gateway } from '../support/gateway/gateway.js';

const postgres = usePostgres();
/** Has the sandbox, whose webhooks come to it. */
let receiving: Gateway;
/** Another replica on the same database and provider; no webhook ever comes here. */
let other: Gateway;
let browser: Browser;

beforeAll(async () => {
  const databaseUrl = await postgres().createDatabase();
  [receiving, browser] = await Promise.all([startGateway({ databaseUrl }), launchBrowser()]);
  const provider = { CLINK_API_KEY: 'sk_test_embedded_sandbox', CLINK_BASE_URL: `${receiving.sandboxUrl}/api/` };
  other = await startGateway({ databaseUrl, env: { ...provider, CLINK_WEBHOOK_SECRETS: 'whsec_none' } });
});
afterAll(async () => {
  await browser.close();
  await other.close();
  await receiving.close();
});

it.each([
  ['that receives the webhook', () => receiving.url],
  ['that receives no webhook', () => other.url],
])('a page at the replica %s shows the payment as soon as it was paid in another tab', async (_which, url) => {
  const shop = await openPage(browser);
  await shop.page.goto(`${url()}/demo`);
  await shop.page.getByText('Wallet app', { exact: true }).click();
  await shop.page.getByRole('button', { name: 'Pay $19.99' }).click();
  await shop.page.getByRole('heading', { name: 'Scan to pay', exact: true }).waitFor();
  const scanned = await scanQr(shop.page);

  const phone = await openPage(browser);
  const shown = shop.page.getByRole('heading', { name: 'Paid', exact: true }).waitFor();
  // Opening the code's address is what pays.
  const payingAtMs = performance.now();
  const [shownAtMs] = await Promise.all([shown.then(() => performance.now()), phone.page.goto(scanned)]);
  // A second is what a payer who looks up from the phone waits for; printed, since a busy machine is no failure of ours.
  process.stdout.write(`shown ${Math.round(shownAtMs - payingAtMs)} ms after the phone began to pay\n`);
  await phone.page.getByRole('heading', { name: /paid/i }).waitFor();
  await shop.page.getByText('Behind the scenes').click();
  expect(await shop.page.locator('#exchanges').innerText()).toContain('PaymentUpdated');
  expect([...shop.complaints, ...phone.complaints]).toEqual([]);
  await Promise.all([shop.close(), phone.close()]);
});

it('a page on a network that lets no stream through asks instead', async () => {
  const shop = await openPage(browser);
  await shop.page.route('**/graphql?query=subscription*', (route) => route.fulfill({ status: 502 }));
  await shop.page.goto(`${other.url}/demo`);
  await shop.page.getByText('Wallet app', { exact: true }).click();
  await shop.page.getByRole('button', { name: 'Pay $19.99' }).click();
  await shop.page.getByRole('heading', { name: 'Scan to pay', exact: true }).waitFor();
  const phone = await openPage(browser);
  await phone.page.goto(await scanQr(shop.page));
  await shop.page.getByRole('heading', { name: 'Paid', exact: true }).waitFor();
  expect(await shop.page.locator('#exchanges').innerText()).not.toContain('PaymentUpdated');
  await Promise.all([shop.close(), phone.close()]);
});
