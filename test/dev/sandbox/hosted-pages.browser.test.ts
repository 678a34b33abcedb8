import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import type { Sandbox } from '../../../src/dev/sandbox/sandbox.js';
import { launchBrowser, openPage, type WatchedPage } from '../../support/browser.js';
import { actionOf, ledgerOf, startTestSandbox, walletPageOf } from './sandbox-harness.js';

let browser: Browser;
let sandbox: Sandbox;
let shop: Server;
let returnUrl: string;
let watched: WatchedPage;
beforeAll(async () => {
  browser = await launchBrowser();
  shop = createServer((request, response) => {
    response.setHeader('content-type', 'text/html').end(`<link rel="icon" href="data:,"><h1>${request.method}</h1>`);
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  returnUrl = `http://localhost:${(shop.address() as AddressInfo).port}/return`;
});
afterAll(async () => {
  await browser.close();
  shop.close();
  shop.closeAllConnections();
});
beforeEach(async () => {
  sandbox = await startTestSandbox();
  watched = await openPage(browser);
});
afterEach(async () => {
  await watched.close();
  await sandbox.close();
});

describe('in a browser', () => {
  it('opening the link of the QR code pays, without a click', async () => {
    await watched.page.goto(await walletPageOf(sandbox, { returnUrl }));
    await watched.page.getByRole('heading', { name: 'Paid' }).waitFor();

    expect(await ledgerOf(sandbox)).toMatchObject({ total: 1, byGatewayPaymentId: { pay_1: 1 } });
    expect(watched.complaints).toEqual([]);
  });

  it('a wallet that was opened by hand waits for its button', async () => {
    await watched.page.goto(`${await walletPageOf(sandbox, { returnUrl })}?manual=1`);
    const before = await ledgerOf(sandbox);
    await watched.page.getByRole('button', { name: 'Cancel' }).click();
    await watched.page.getByRole('heading', { name: 'Not paid' }).waitFor();

    expect(before.orders).toMatchObject([{ status: 'requires_action' }]);
    expect((await ledgerOf(sandbox)).orders).toMatchObject([{ status: 'failed' }]);
    expect(watched.complaints).toEqual([]);
  });

  it('approving a challenge leads back to a shop on another origin', async () => {
    const { redirectUrl } = await actionOf(sandbox, { paymentInstrumentId: 'pi_card_3ds', returnUrl });
    await watched.page.goto(String(redirectUrl));
    await watched.page.getByRole('button', { name: 'Approve' }).click();
    await watched.page.waitForURL(/status=success$/);

    expect(watched.page.url()).toContain(returnUrl);
    expect(await watched.page.textContent('h1')).toBe('GET');
    expect(watched.complaints).toEqual([]);
  });

  it('confirming at the bank leads back to the shop that posted the form', async () => {
    const { redirectUrl, postData } = await actionOf(sandbox, { paymentInstrumentId: 'pi_form_post', returnUrl });
    await watched.page.goto(returnUrl);
    await watched.page.evaluate(postFormScript(String(redirectUrl), postData ?? {}));
    await watched.page.getByRole('button', { name: 'Confirm' }).click();
    await watched.page.waitForURL(/status=success$/);

    expect(await ledgerOf(sandbox)).toMatchObject({ total: 1 });
    expect(watched.complaints).toEqual([]);
  });
});

/** What a shop's page does with a form action. */
function postFormScript(action: string, fields: Record<string, string>): string {
  return `
    const form = Object.assign(document.createElement('form'), { method: 'post', action: ${JSON.stringify(action)} });
    for (const [name, value] of Object.entries(${JSON.stringify(fields)}))
      form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
    document.body.append(form);
    form.submit();`;
}
