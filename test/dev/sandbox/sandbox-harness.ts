import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../../src/dev/sandbox/sandbox.js';
import { systemClock, type Clock } from '../../../src/shared/clock.js';
import { createLog } from '../../../src/shared/log/log.js';

export const API_KEY = 'sk_test_sandbox_suite';
export const RETURN_URL = 'http://shop.localhost:4000/return?basket=7#top';

export interface LedgerRow {
  gatewayPaymentId: string | null;
  orderId: string;
  merchantReferenceId: string | null;
  amount: number;
  currency: string;
  status: string;
  chargedAt: number | null;
}

export interface LedgerAnswer {
  total: number;
  charges: LedgerRow[];
  byGatewayPaymentId: Record<string, number>;
  orders: LedgerRow[];
}

/** What the suites read of the provider's answers. */
export interface Envelope {
  code: number;
  msg: string;
  data: PaymentData | null;
}

export interface PaymentData {
  orderId: string;
  sessionId: string;
  status: number;
  amount: number;
  currency: string;
  failureCode: string | null;
  action: ActionData | null;
}

export interface ActionData {
  redirectUrl: string | null;
  method: string | null;
  paymentMethodType: string;
  postData: Record<string, string> | null;
  walletHandleRedirectOrDisplayQrCode: Record<string, string | number> | null;
}

/** The system's clock, moved on by hand. The sandboxes of a suite and their callers share it. */
export const testClock = movableClock();

function movableClock(): Clock & { moveOn(durationMs: number): void } {
  let offsetMs = 0;
  return {
    ...systemClock,
    now: () => systemClock.now() + offsetMs,
    moveOn: (durationMs) => {
      offsetMs += durationMs;
    },
  };
}

export function startTestSandbox(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const log = createLog('silent');
  return startSandbox({
    host: '127.0.0.1',
    port: 0,
    apiKey: API_KEY,
    webhook: null,
    clock: testClock,
    log,
    pendingDelayMs: 20,
    webhookBackoffMs: 5,
    ...options,
  });
}

export function credentials(): Record<string, string> {
  return { 'X-API-KEY': API_KEY, 'X-Timestamp': String(testClock.now()), 'Content-Type': 'application/json' };
}

/** A right request; what is given replaces its fields. */
export function paymentBody(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    customerId: 'cus_1',
    amount: 19.99,
    currency: 'USD',
    paymentInstrumentId: 'pi_card_ok',
    paymentMethodType: 'CARD',
    returnUrl: RETURN_URL,
    merchantReferenceId: 'ref-1',
    metadata: { gateway_payment_id: 'pay_1' },
    ...fields,
  };
}

export function postPayment(sandbox: Sandbox, fields: Record<string, unknown> = {}): Promise<Response> {
  return postJson(sandbox, { path: 'payment', body: paymentBody(fields) });
}

export async function pay(sandbox: Sandbox, fields: Record<string, unknown> = {}): Promise<Envelope> {
  return (await (await postPayment(sandbox, fields)).json()) as Envelope;
}

/** The action of a payment that is known to have one. */
export async function actionOf(sandbox: Sandbox, fields: Record<string, unknown>): Promise<ActionData> {
  const { data } = await pay(sandbox, fields);
  if (data?.action == null) throw new Error('the payment has no action');
  return data.action;
}

/** The link in the QR code of a new wallet payment. */
export async function walletPageOf(sandbox: Sandbox, fields: Record<string, unknown> = {}): Promise<string> {
  const action = await actionOf(sandbox, { paymentInstrumentId: 'pi_wallet_qr', ...fields });
  return String(action.walletHandleRedirectOrDisplayQrCode?.fallbackUrl);
}

export function postJson(sandbox: Sandbox, { path, body }: { path: string; body: unknown }): Promise<Response> {
  return fetch(sandbox.apiBaseUrl + path, { method: 'POST', headers: credentials(), body: JSON.stringify(body) });
}

export async function getJson<T>(sandbox: Sandbox, path: string): Promise<T> {
  return (await (await fetch(sandbox.apiBaseUrl + path, { headers: credentials() })).json()) as T;
}

export function postForm(url: string, fields: Record<string, string>): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
}

export async function ledgerOf(sandbox: Sandbox, query = ''): Promise<LedgerAnswer> {
  return (await (await fetch(`${sandbox.url}/sandbox/ledger${query}`)).json()) as LedgerAnswer;
}

export function setFaults(sandbox: Sandbox, faults: unknown): Promise<Response> {
  return fetch(`${sandbox.url}/sandbox/faults`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(faults),
  });
}

export interface ReceivedWebhook {
  headers: IncomingHttpHeaders;
  rawBody: string;
  event: { id: string; type: string; created: number | string; data: { object: Record<string, unknown> } };
}

export interface WebhookReceiver {
  readonly url: string;
  readonly received: ReceivedWebhook[];
  /** Resolves with all that came once there are so many. */
  waitFor(count: number): Promise<ReceivedWebhook[]>;
  close(): Promise<void>;
}

/** A merchant's endpoint; it answers with these statuses, one for each delivery, and then with 200. */
export async function startReceiver(statuses: number[] = []): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const rawBody = Buffer.concat(chunks).toString('utf8');
      received.push({ headers: request.headers, rawBody, event: JSON.parse(rawBody) as ReceivedWebhook['event'] });
      response.writeHead(statuses.shift() ?? 200).end();
      for (const { resolve } of waiting.filter(({ count }) => received.length >= count)) resolve();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/clink`,
    received,
    waitFor: async (count) => {
      if (received.length < count)
        await new Promise<void>((resolve) => {
          waiting.push({ count, resolve });
        });
      return received;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Asks again until the answer satisfies; gives up after a long while with the last answer. */
export async function eventually<T>(ask: () => Promise<T>, satisfies: (answer: T) => boolean): Promise<T> {
  const deadline = performance.now() + 90_000;
  let answer = await ask();
  while (!satisfies(answer) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    answer = await ask();
  }
  return answer;
}
