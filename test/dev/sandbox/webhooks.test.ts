import type { Sandbox } from '../../../src/dev/sandbox/sandbox.js';
import { shuffle } from '../../../src/dev/sandbox/webhooks/shuffle.js';
import { signWebhook } from '../../../src/dev/sandbox/webhooks/signature.js';
import {
  eventually,
  pay,
  postForm,
  postJson,
  postPayment,
  setFaults,
  startReceiver,
  startTestSandbox,
  testClock,
  walletPageOf,
  type ReceivedWebhook,
  type WebhookReceiver,
} from './sandbox-harness.js';

const SECRET = 'whsec_sandbox_suite';

interface EventRow {
  id: string;
  type: string;
  orderId: string;
  gatewayPaymentId: string | null;
  status: string;
  tries: { at: number; status: number | null }[];
}

let sandbox: Sandbox;
let receiver: WebhookReceiver;
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

/** A sandbox with a receiver that gives these statuses first. */
async function start(statuses: number[] = []): Promise<void> {
  receiver = await startReceiver(statuses);
  sandbox = await startTestSandbox({ webhook: { url: receiver.url, secret: SECRET } });
}

async function listEvents(): Promise<EventRow[]> {
  return ((await (await fetch(`${sandbox.url}/sandbox/events`)).json()) as { rows: EventRow[] }).rows;
}

const typesOf = (received: ReceivedWebhook[]): string[] => received.map(({ event }) => event.type).sort();

describe('an event', () => {
  it('is stamped by a clock that is ahead, where that fault is on', async () => {
    await start();
    await setFaults(sandbox, { webhooks: { stampedAheadMs: 3_600_000 } });
    const before = testClock.now();
    await pay(sandbox);
    const [first] = await receiver.waitFor(2);

    expect(Number(first?.event.created)).toBeGreaterThanOrEqual(before + 3_600_000);
  });
});

describe('the signature', () => {
  it('agrees with the published check vector', async () => {
    await start();
    const vector = { secret: 'test_webhook_signing_key', timestampMs: 1700000000000, rawBody: '{"id":"evt_test"}' };

    expect(signWebhook(vector)).toBe('e07064a60193e751786c3f5a37fe7a5dc816bba53a2cb7781d0246b035dddfda');
  });

  it('stands with its time in the headers and fits the bytes that came', async () => {
    await start();
    await pay(sandbox);
    const [first] = await receiver.waitFor(2);
    const timestampMs = Number(first?.headers['x-clink-timestamp']);

    expect(Math.abs(Date.now() - timestampMs)).toBeLessThan(60_000);
    expect(first?.headers['x-clink-signtype']).toBe('SHA256');
    expect(first?.headers['x-clink-signature']).toBe(
      signWebhook({ secret: SECRET, timestampMs, rawBody: first?.rawBody ?? '' }),
    );
  });
});

describe('what is published', () => {
  it.each([
    ['pi_card_ok', ['order.created', 'order.succeeded']],
    ['pi_card_declined', ['order.created', 'order.failed']],
    ['pi_card_3ds', ['order.created', 'order.next_action']],
    ['pi_pending', ['order.created', 'order.succeeded']],
    ['pi_busy', ['order.created', 'order.succeeded']],
    ['pi_error_500', ['order.created', 'order.succeeded']],
  ])('of %s', async (paymentInstrumentId, types) => {
    await start();
    await (await postPayment(sandbox, { paymentInstrumentId })).text();

    expect(typesOf(await receiver.waitFor(2))).toEqual(types);
  });

  it('is the order as it was at that moment', async () => {
    await start();
    const { data } = await pay(sandbox);
    const received = await receiver.waitFor(2);
    const orders = received.map(({ event }) => event.data.object);

    expect(orders.map(({ status }) => status).sort()).toEqual(['created', 'success']);
    expect(orders[0]).toMatchObject({
      orderId: data?.orderId,
      metadata: { gateway_payment_id: 'pay_1' },
      amountTotal: 19.99,
    });
    expect(received[0]?.event).toMatchObject({
      id: expect.stringMatching(/^event_[0-9a-f]{24}$/) as string,
      object: 'event',
      created: expect.any(Number) as number,
    });
  });

  it('of a hosted page comes when the payer decided', async () => {
    await start();
    await postForm(await walletPageOf(sandbox), {});

    expect(typesOf(await receiver.waitFor(3))).toEqual(['order.created', 'order.next_action', 'order.succeeded']);
  });

  it('of a refund', async () => {
    await start();
    const { data } = await pay(sandbox);
    const body = { orderId: data?.orderId, refundMerchantOrderId: 'r-1', refundAmount: 1 };
    await postJson(sandbox, { path: 'refund', body });
    await postJson(sandbox, { path: 'refund', body: { ...body, refundMerchantOrderId: 'fail_1' } });
    const types = typesOf(await receiver.waitFor(6)).filter((type) => type.startsWith('refund.'));

    expect(types).toEqual(['refund.created', 'refund.created', 'refund.failed', 'refund.succeeded']);
  });

  it('stays in the list of events where nobody listens, without the e-mail address', async () => {
    await start();
    sandbox.setWebhook(null);
    const { data } = await pay(sandbox, { customerEmail: 'buyer@example.com' });
    const events = await listEvents();

    expect(events).toMatchObject([
      { type: 'order.created', orderId: data?.orderId, gatewayPaymentId: 'pay_1', status: 'created', tries: [] },
      { type: 'order.succeeded', orderId: data?.orderId, gatewayPaymentId: 'pay_1', status: 'success', tries: [] },
    ]);
    expect(JSON.stringify(events)).not.toContain('buyer@example.com');
    expect(receiver.received).toHaveLength(0);
  });
});

describe('a refused delivery', () => {
  it('comes again with the same bytes and the same signature until it is answered with 200', async () => {
    await start([500, 202, 200]);
    await setFaults(sandbox, { webhooks: { drop: ['order.created'] } });
    await pay(sandbox);
    const received = await receiver.waitFor(3);
    const [, event] = await eventually(listEvents, (events) => events[1]?.tries.length === 3);

    expect(new Set(received.map(({ rawBody }) => rawBody)).size).toBe(1);
    expect(new Set(received.map(({ headers }) => headers['x-clink-signature'])).size).toBe(1);
    expect(event?.tries.map(({ status }) => status)).toEqual([500, 202, 200]);
  });

  it('is signed anew for every try where that is asked for', async () => {
    await start([500]);
    await setFaults(sandbox, { webhooks: { drop: ['order.created'], signEachTry: true } });
    await pay(sandbox);
    const received = await receiver.waitFor(2);

    expect(new Set(received.map(({ headers }) => headers['x-clink-timestamp'])).size).toBe(2);
  });

  it('is given up after ten tries', async () => {
    await start(Array<number>(10).fill(503));
    await setFaults(sandbox, { webhooks: { drop: ['order.created'] } });
    await pay(sandbox);
    const [, event] = await eventually(listEvents, (events) => events[1]?.tries.length === 10);

    expect(event?.tries.map(({ status }) => status)).toEqual(Array<number>(10).fill(503));
    expect(receiver.received).toHaveLength(10);
  });

  it('goes on to the new address with its secret where the target has moved', async () => {
    await start();
    sandbox.setWebhook({ url: 'http://127.0.0.1:9/nobody', secret: 'whsec_old' });
    await setFaults(sandbox, { webhooks: { drop: ['order.created'] } });
    await pay(sandbox);
    await eventually(listEvents, (events) => events[1]?.tries.length !== 0);
    sandbox.setWebhook({ url: receiver.url, secret: SECRET });
    const [received] = await receiver.waitFor(1);

    expect(received?.headers['x-clink-signature']).toBe(
      signWebhook({
        secret: SECRET,
        timestampMs: Number(received?.headers['x-clink-timestamp']),
        rawBody: received?.rawBody ?? '',
      }),
    );
  });
});

describe('a disturbed delivery', () => {
  it('comes as often as was asked for, each time with the same event id', async () => {
    await start();
    await setFaults(sandbox, { webhooks: { duplicate: 3 } });
    await pay(sandbox);
    const received = await receiver.waitFor(6);
    const ids = received.map(({ event }) => event.id);

    expect(new Set(ids).size).toBe(2);
    expect(typesOf(received)).toEqual([
      ...Array<string>(3).fill('order.created'),
      ...Array<string>(3).fill('order.succeeded'),
    ]);
  });

  it('comes whole where it is shuffled', async () => {
    await start();
    await setFaults(sandbox, { webhooks: { shuffle: true, duplicate: 2 } });
    await pay(sandbox);

    expect(typesOf(await receiver.waitFor(4))).toEqual([
      'order.created',
      'order.created',
      'order.succeeded',
      'order.succeeded',
    ]);
  });

  it('takes the order that the lots decide', async () => {
    await start();
    const lots = [0.4, 0.1, 0.9, 0.2];

    expect(shuffle(['a', 'b', 'c', 'd'], () => lots.shift() ?? 0)).toEqual(['b', 'd', 'a', 'c']);
  });

  it('never comes where it is dropped, and is still listed', async () => {
    await start();
    await setFaults(sandbox, { webhooks: { drop: ['*'] } });
    await pay(sandbox);
    await setFaults(sandbox, { webhooks: { drop: [] } });
    await pay(sandbox, { paymentInstrumentId: 'pi_card_declined' });

    expect(typesOf(await receiver.waitFor(2))).toEqual(['order.created', 'order.failed']);
    expect(await listEvents()).toHaveLength(4);
  });

  it('bears an old but right signature where that is asked for', async () => {
    await start();
    await setFaults(sandbox, { webhooks: { signedAgoMs: 600_000 } });
    await pay(sandbox);
    const [received] = await receiver.waitFor(2);
    const timestampMs = Number(received?.headers['x-clink-timestamp']);

    expect(Date.now() - timestampMs).toBeGreaterThanOrEqual(600_000);
    expect(received?.headers['x-clink-signature']).toBe(
      signWebhook({ secret: SECRET, timestampMs, rawBody: received?.rawBody ?? '' }),
    );
  });

  it('has the older envelope where that is asked for', async () => {
    await start();
    await setFaults(sandbox, { webhooks: { olderForm: true } });
    const { data } = await pay(sandbox);
    const [received] = await receiver.waitFor(2);

    expect(received?.event).toMatchObject({
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      data: { orderId: data?.orderId },
    });
  });

  it('is held back, and forgotten when the ledger is cleared', async () => {
    await start();
    await setFaults(sandbox, { webhooks: { delayMs: 60_000 } });
    await pay(sandbox);
    await fetch(`${sandbox.url}/sandbox/ledger`, { method: 'DELETE' });
    await setFaults(sandbox, { webhooks: { delayMs: 50 } });
    await pay(sandbox, { paymentInstrumentId: 'pi_card_declined' });

    expect(typesOf(await receiver.waitFor(2))).toEqual(['order.created', 'order.failed']);
  });
});
