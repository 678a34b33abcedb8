import { accessSync, constants } from 'node:fs';
import jsQR from 'jsqr';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { PNG } from 'pngjs';
import usualPaths from './browser-paths.json';

/** Without the browser's own errands on the network, so that every request seen is the page's. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Ends a wait for what never comes; on a busy machine a page may take long. */
const PATIENCE_MS = 90_000;

export function launchBrowser(): Promise<Browser> {
  const executablePath = [process.env.CHROMIUM_PATH, ...usualPaths].find(
    (path) => path !== undefined && isExecutable(path),
  );
  if (executablePath === undefined)
    throw new Error('No Chromium found: run "node test/support/ensure-browser.mjs" first.');
  return chromium.launch({ executablePath, args: ARGUMENTS, timeout: PATIENCE_MS });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface WatchedPage {
  readonly page: Page;
  /** Console errors and warnings about refused resources, uncaught exceptions, failed requests and answers of 400 and above. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** A page in a context of its own (no cookies or storage of others) that keeps everything that went wrong in it. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  const complaints: string[] = [];
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  context.on('weberror', (error) => complaints.push(`uncaught: ${error.error().message}`));
  context.on('requestfailed', (request) => {
    // What the page was still loading when it was left says nothing about it.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url()}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  return { page, complaints, close: () => context.close() };
}

/** What a phone's camera reads off the screen, as soon as the code is drawn. */
export async function scanQr(page: Page): Promise<string> {
  for (;;) {
    const { data, width, height } = PNG.sync.read(await page.locator('.qr').screenshot());
    const code = jsQR(new Uint8ClampedArray(data), width, height);
    if (code !== null) return code.data;
  }
}
