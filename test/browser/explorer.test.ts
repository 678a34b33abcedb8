import type { Browser } from 'playwright-core';
import { readExamples } from '../../src/dev/explorer/examples.js';
import { launchBrowser, openPage } from '../support/browser.js';
import { startGateway, type Gateway } from '../support/gateway/gateway.js';

let gateway: Gateway;
let browser: Browser;
beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway({ with: ['embedded'] }), launchBrowser()]);
});
afterAll(() => Promise.all([browser.close(), gateway.close()]));

describe('GraphiQL', () => {
  it('opens without the internet, with a tab for each example, and runs them', async () => {
    const { page, complaints, close } = await openPage(browser);
    const elsewhere: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(gateway.url) && !request.url().startsWith('data:')) elsewhere.push(request.url());
    });
    await page.goto(`${gateway.url}/graphiql`);
    await page.getByRole('button', { name: /Execute query/ }).click();
    await page.locator('.result-window', { hasText: '"status": "SUCCEEDED"' }).waitFor();
    await page
      .locator('.examples')
      .getByRole('button', { name: /^Declined/ })
      .click();
    await page.locator('.graphiql-query-editor', { hasText: 'mutation Declined' }).waitFor();
    await page.getByRole('button', { name: /Execute query/ }).click();
    await page.locator('.result-window', { hasText: '"code": "card_declined"' }).waitFor();
    const tabs = await page.locator('.graphiql-tab').allInnerTexts();
    expect(tabs.map((name) => name.trim())).toEqual(readExamples().map(({ name }) => name));
    expect(complaints).toEqual([]);
    expect(elsewhere).toEqual([]);
    await close();
  });

  it('makes the payment that an example follows, and watches it until it is paid', async () => {
    const { page, complaints, close } = await openPage(browser);
    await page.goto(`${gateway.url}/graphiql`);
    const choose = async (name: string) => {
      const button = page.locator('.examples').getByRole('button', { name: new RegExp(`^${name}`) });
      await button.click();
      await page.locator('.graphiql-query-editor', { hasText: name }).waitFor();
    };
    await choose('PaymentById');
    await page.getByRole('button', { name: /Execute query/ }).click();
    await page.locator('.result-window', { hasText: '"status": "SUCCEEDED"' }).waitFor();
    await choose('WatchPayment');
    await page.getByRole('button', { name: /Execute query/ }).click();
    await page.locator('.result-window', { hasText: '"status": "REQUIRES_ACTION"' }).waitFor();
    const [, wallet = ''] = /"fallbackUrl": "([^"]*)"/.exec(await page.locator('.result-window').innerText()) ?? [];
    await fetch(wallet, { method: 'POST' });
    await page.locator('.result-window', { hasText: '"status": "SUCCEEDED"' }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it('replays a second press of play, and has fresh keys after a reload', async () => {
    const { page, close } = await openPage(browser);
    await page.goto(`${gateway.url}/graphiql`);
    const play = page.getByRole('button', { name: /Execute query/ });
    await play.click();
    await page.locator('.result-window', { hasText: '"replayed": false' }).waitFor();
    await play.click();
    await page.locator('.result-window', { hasText: '"replayed": true' }).waitFor();
    await page.reload();
    await play.click();
    await page.locator('.result-window', { hasText: '"replayed": false' }).waitFor();
    await close();
  });
});

describe('the list of places', () => {
  it('leads to the shop', async () => {
    const { page, complaints, close } = await openPage(browser);
    await page.goto(gateway.url);
    await page.getByRole('link', { name: /Demo checkout/ }).click();
    await page.getByRole('heading', { name: 'Checkout' }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });
});
