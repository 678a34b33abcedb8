import { systemClock } from '../../src/shared/clock.js';
import { createWebhookReceiver } from '../../src/webhooks/receive-webhook.js';
import { startHttpServer, type RunningServer } from '../http/http-server.fixture.js';
import { MemoryWebhookInbox } from '../support/memory-webhook-inbox.js';
import {
  deliver,
  signedWebhook,
  TEST_WEBHOOK_SECRET,
  wireEvent,
  wireOrder,
  type WebhookRequest,
} from '../support/signed-webhook.js';

/** Above the 256 KiB that are read. */
const LARGE = 300_000;

let server: RunningServer;
let inbox: MemoryWebhookInbox;
let alarms: unknown[];
let nowMs: number;
beforeEach(async () => {
  [inbox, alarms, nowMs] = [new MemoryWebhookInbox(), [], 0];
  const webhooks = createWebhookReceiver({
    inbox,
    secrets: () => [TEST_WEBHOOK_SECRET],
    clock: { ...systemClock, monotonicNow: () => nowMs },
    log: { info: () => undefined, alarm: (event, details) => alarms.push({ event, details }) },
  });
  server = await startHttpServer({ webhooks });
});
afterEach(() => server.close());

const large = (): WebhookRequest => {
  const order = wireOrder({ status: 'success', productName: 'x'.repeat(LARGE) });
  return signedWebhook(wireEvent('order.succeeded', order), { timestamp: String(Date.now()) });
};
const send = (request: WebhookRequest) => deliver(`${server.url}/webhooks/clink`, request);
const tooLarge = (announcedBytes: string | null) => ({ event: 'webhook.too-large', details: { announcedBytes } });

describe('a webhook above the size that is read', () => {
  it('is refused, and wakes an operator once in ten minutes, however often it comes', async () => {
    const request = large();
    const answers = [await send(request), await send(request), await send(request)];
    const length = String(request.rawBody.length);

    expect(answers.map(({ status }) => status)).toEqual([413, 413, 413]);
    expect(answers[0]?.body).toContain('"code":"BODY_TOO_LARGE"');
    expect(inbox.events.size).toBe(0);
    expect(alarms).toEqual([tooLarge(length)]);
    nowMs = 600_000;
    await send(request);
    expect(alarms).toEqual([tooLarge(length), tooLarge(length)]);
  });

  it('wakes an operator as well where it does not say how large it is', async () => {
    const { headers, rawBody } = large();
    const response = await fetch(`${server.url}/webhooks/clink`, {
      method: 'POST',
      headers,
      duplex: 'half',
      body: new Blob([rawBody]).stream(),
    } as RequestInit);

    expect(response.status).toBe(413);
    expect(alarms).toEqual([tooLarge(null)]);
  });

  it('wakes no one without the headers of a signature, as anybody sends those', async () => {
    const { headers, rawBody } = large();
    const answers = [
      await send({ headers: {}, rawBody }),
      await send({ headers: { ...headers, 'x-clink-signtype': 'MD5' }, rawBody }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([413, 413]);
    expect(alarms).toEqual([]);
  });
});
