import fc from 'fast-check';
import { createWebhookReceiver } from '../../src/webhooks/receive-webhook.js';
import { WEBHOOK_REFUSALS } from '../../src/webhooks/refusals.js';
import type { InboxPayment } from '../support/memory-webhook-inbox.js';
import { deliver, signedWebhook, wireEvent, wireOrder, type WebhookRequest } from '../support/signed-webhook.js';
import { startWebhookEndpoint, type WebhookEndpoint } from '../support/webhook-endpoint.js';

const NOW_MS = 1_785_936_115_000;
const CREATED_MS = 1_785_936_113_600;
const WINDOW_MS = 300_000;

describe('POST of a webhook', () => {
  let endpoint: WebhookEndpoint;
  beforeEach(async () => {
    endpoint = await startWebhookEndpoint(NOW_MS);
    endpoint.inbox.addPayment({ id: 'pay_01' });
  });
  afterEach(() => endpoint.close());

  const signed = (body: unknown, signedAtMs = NOW_MS) => signedWebhook(body, { timestamp: String(signedAtMs) });
  const succeeded = (changes = {}) => wireEvent('order.succeeded', wireOrder({ status: 'success' }), changes);
  const send = (request: WebhookRequest) => deliver(endpoint.url, request);

  describe('a genuine event', () => {
    it('moves its payment, tells it the fields and is answered with an empty 200', async () => {
      const answer = await send(signed(succeeded()));

      expect(answer).toEqual({ status: 200, body: '' });
      expect(endpoint.inbox.payment('pay_01')).toMatchObject({ state: 'SUCCEEDED', orderId: 'order_01' });
      expect(endpoint.inbox.events.get('event_01')).toEqual({
        id: 'event_01',
        type: 'order.succeeded',
        occurredAtMs: CREATED_MS,
        receivedAtMs: NOW_MS,
        asksLookup: false,
        match: { orderId: 'order_01', gatewayPaymentId: 'pay_01', merchantReferenceId: null },
        update: {
          state: 'SUCCEEDED',
          source: 'WEBHOOK',
          providerTimeMs: CREATED_MS,
          dedupeKey: 'webhook:event_01',
          detail: 'The provider sent order.succeeded.',
          eventId: expect.stringMatching(/^pev_[0-9a-f]{32}$/) as string,
          fields: {
            orderId: 'order_01',
            sessionId: 'sess_01',
            customerId: 'cus_01',
            failure: null,
            amount: { minorUnits: 1999n, currency: 'USD' },
          },
        },
      });
    });

    it('that an order was made gives way to all that waits, by whatever clock it is stamped', async () => {
      const created = NOW_MS + WINDOW_MS;
      await send(signed(wireEvent('order.created', wireOrder({ status: 'requires_action' }), { created })));
      await send(signed(succeeded({ id: 'event_02' })));

      const updates = ['event_01', 'event_02'].map((id) => endpoint.inbox.events.get(id)?.update);

      expect(updates).toMatchObject([{ state: 'REQUIRES_ACTION', yields: true, providerTimeMs: created }, {}]);
      expect(updates[1]).not.toHaveProperty('yields');
    });

    it('brings the failure in the words of the provider', async () => {
      const order = wireOrder({ status: 'failed', failureCode: 'card_declined', failureMessage: 'Not enough funds.' });

      await send(signed(wireEvent('order.failed', order)));

      expect(endpoint.inbox.events.get('event_01')?.update).toMatchObject({
        state: 'FAILED',
        fields: { failure: { code: 'card_declined', message: 'Not enough funds.', retry: 'USE_NEW_KEY' } },
      });
    });

    it('is written down once, however often it comes', async () => {
      const request = signed(succeeded());

      const answers = [await send(request), await send(request), await send(signed(succeeded(), NOW_MS + 1))];

      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(endpoint.inbox.payment('pay_01').timeline.size).toBe(1);
    });

    it('is verified over its bytes, not over what they mean', async () => {
      const spaced = Buffer.from(JSON.stringify(succeeded(), null, 3));

      expect(await send(signed(spaced))).toEqual({ status: 200, body: '' });
    });

    it('waits for its payment where none can be found, and reaches it later', async () => {
      await send(signed(wireEvent('order.succeeded', wireOrder({ orderId: 'order_02', metadata: {} }))));
      endpoint.inbox.addPayment({ id: 'pay_02', orderId: 'order_02' });

      const found = await endpoint.inbox.sweep();

      expect(found).toBe(1);
      expect(endpoint.inbox.payment('pay_02').state).toBe('SUCCEEDED');
    });

    it("finds its payment by a reference that the gateway made, never by a caller's own", async () => {
      endpoint.inbox.addPayment({ id: 'pay_03', referenceIsOurs: false });
      const byReference = (id: string, merchantReferenceId: string) =>
        signed(wireEvent('order.succeeded', wireOrder({ merchantReferenceId, metadata: {} }), { id }));

      await send(byReference('event_01', 'pay_01'));
      await send(byReference('event_02', 'pay_03'));

      expect(endpoint.inbox.payment('pay_01').state).toBe('SUCCEEDED');
      expect(endpoint.inbox.payment('pay_03').state).toBe('PROCESSING');
    });

    it('moves nothing where its payment has another order, and names the orders to the operators', async () => {
      endpoint.inbox.addPayment({ id: 'pay_01', orderId: 'order_00' });

      const answer = await send(signed(succeeded()));

      expect(answer.status).toBe(200);
      expect(endpoint.logLines.join()).toContain('"receipt":"contested","effect":"SUCCEEDED","orderId":"order_01"');
      expect(endpoint.inbox.payment('pay_01').state).toBe('PROCESSING');
    });

    it('has the order looked up after a refund: only the order shows whether it was refunded in full', async () => {
      await send(
        signed(
          wireEvent('refund.succeeded', {
            refundId: 'rfd_01',
            orderId: 'order_01',
            metadata: { gateway_payment_id: 'pay_01' },
          }),
        ),
      );

      expect(endpoint.inbox.lookups).toEqual(['pay_01']);
      expect(endpoint.inbox.payment('pay_01').timeline.size).toBe(0);
    });

    it('has the order looked up by its reference where it names no order id', async () => {
      await send(signed(wireEvent('order.succeeded', { merchantReferenceId: 'pay_01' })));

      expect(endpoint.inbox.lookups).toEqual(['pay_01']);
    });

    it('has the order looked up where only its metadata name the payment', async () => {
      await send(signed(wireEvent('order.succeeded', { metadata: { gateway_payment_id: 'pay_01' } })));

      expect(endpoint.inbox.lookups).toEqual(['pay_01']);
    });

    it.each([
      ['order.succeeded', undefined],
      ['order.succeeded', { object: {} }],
      ['order.failed', { object: { orderId: '', metadata: { gateway_payment_id: '' } } }],
      ['order.next_action', null],
      ['refund.succeeded', { refundId: 'rfd_01' }],
    ])('alarms once where it is about an order and names none: %s with %j', async (type, data) => {
      const request = signed({ id: 'event_01', object: 'event', type, data });

      const answers = [await send(request), await send(request)];

      expect(answers).toEqual([
        { status: 200, body: '' },
        { status: 200, body: '' },
      ]);
      expect(endpoint.alarms).toEqual(['webhook.names-no-payment']);
      expect(endpoint.logLines.join()).toContain(
        `"eventId":"event_01","type":"${type}","msg":"webhook.names-no-payment"`,
      );
    });

    it('alarms as well where it is too old to be believed', async () => {
      await send(signed({ id: 'event_01', type: 'order.succeeded' }, NOW_MS - WINDOW_MS - 1));

      expect(endpoint.alarms).toEqual(['webhook.names-no-payment']);
    });

    it.each([
      ['a type that moves no payment', wireEvent('customer.verify', {})],
      ['an order of another system', wireEvent('order.succeeded', wireOrder({ metadata: {} }))],
      ['a payment by its reference alone', wireEvent('order.succeeded', { merchantReferenceId: 'pay_01' })],
    ])('wakes no one for %s', async (_what, event) => {
      await send(signed(event));

      expect(endpoint.alarms).toEqual([]);
    });

    it('of an unknown type is written down and moves nothing', async () => {
      const answer = await send(signed(wireEvent('order.made_next_year', wireOrder())));

      expect(answer).toEqual({ status: 200, body: '' });
      expect(endpoint.inbox.events.get('event_01')).toMatchObject({ update: null, asksLookup: false });
    });

    it.each([
      ['missing', undefined],
      ['in the future', NOW_MS + WINDOW_MS + 1],
    ])('is dated by its signature where its own time is %s', async (_, created) => {
      await send(signed(succeeded({ created }), NOW_MS - 5_000));

      expect(endpoint.inbox.events.get('event_01')?.occurredAtMs).toBe(NOW_MS - 5_000);
    });
  });

  describe('the replay window', () => {
    it.each([
      ['old', NOW_MS - WINDOW_MS],
      ['ahead', NOW_MS + WINDOW_MS],
    ])('believes a body whose signature is just not too %s', async (_, signedAtMs) => {
      await send(signed(succeeded(), signedAtMs));

      expect(endpoint.inbox.payment('pay_01').state).toBe('SUCCEEDED');
    });

    it.each([
      ['old', NOW_MS - WINDOW_MS - 1],
      ['far ahead', NOW_MS + WINDOW_MS + 1],
    ])(
      'takes only the ids from a body whose signature is too %s, and has the order looked up',
      async (_, signedAtMs) => {
        const answer = await send(signed(succeeded(), signedAtMs));

        expect(answer).toEqual({ status: 200, body: '' });
        expect(endpoint.inbox.events.get('event_01')).toMatchObject({
          update: null,
          asksLookup: true,
        });
        expect(endpoint.inbox.lookups).toEqual(['pay_01']);
        expect(endpoint.inbox.payment('pay_01')).toMatchObject({ state: 'PROCESSING', orderId: null });
      },
    );

    it('reads a timestamp in seconds', async () => {
      await send(signedWebhook(succeeded(), { timestamp: String(Math.floor(NOW_MS / 1000)) }));

      expect(endpoint.inbox.payment('pay_01').state).toBe('SUCCEEDED');
    });

    it('turns a recording of an accepted request into nothing, at any later time', async () => {
      const request = signed(succeeded());
      await send(request);

      endpoint.clock.set(NOW_MS + 10 * WINDOW_MS);
      const answer = await send(request);

      expect(answer.status).toBe(200);
      expect(endpoint.inbox.lookups).toEqual([]);
      expect(endpoint.inbox.payment('pay_01').timeline.size).toBe(1);
    });
  });

  describe('a request that is refused', () => {
    const without = (header: string) => {
      const { headers, rawBody } = signed(succeeded());
      return { rawBody, headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name !== header)) };
    };
    const changed = (header: string, value: string) => {
      const { headers, rawBody } = signed(succeeded());
      return { rawBody, headers: { ...headers, [header]: value } };
    };

    it.each([
      ['timestampMissing', () => without('x-clink-timestamp')],
      ['signatureMissing', () => without('x-clink-signature')],
      ['signTypeMissing', () => without('x-clink-signtype')],
      ['signTypeUnsupported', () => changed('x-clink-signtype', 'MD5')],
      ['timestampMalformed', () => changed('x-clink-timestamp', 'today')],
      ['signatureWrong', () => changed('x-clink-signature', 'f'.repeat(64))],
      ['signatureWrong', () => changed('x-clink-timestamp', String(NOW_MS + 1))],
      [
        'signatureWrong',
        () => ({ ...signed(succeeded()), rawBody: Buffer.from(JSON.stringify(succeeded({ id: 'event_02' }))) }),
      ],
      [
        'signatureWrong',
        () => signedWebhook(succeeded(), { timestamp: String(NOW_MS), secret: 'whsec_of_somebody_else' }),
      ],
      ['notJson', () => signed('{"id":"event_01"')],
      ['notAnObject', () => signed([])],
      ['idUnusable', () => signed(succeeded({ id: null }))],
      ['typeUnusable', () => signed(succeeded({ type: '' }))],
    ] as const)('is told why (%s) and leaves nothing behind', async (reason, request) => {
      const answer = await send(request());

      const { status, message } = WEBHOOK_REFUSALS[reason];
      expect(answer).toEqual({ status, body: message });
      expect(endpoint.inbox.events.size).toBe(0);
    });

    it('raises the alarm where the provider itself signed what can not be read', async () => {
      await send(signed('{"id":"event_01"'));
      await send(changed('x-clink-signature', 'f'.repeat(64)));

      expect(endpoint.alarms).toEqual(['webhook.unreadable']);
    });

    it('gets 503 while no secret is set', async () => {
      const unset = await startWebhookEndpoint(NOW_MS, []);

      const answer = await deliver(unset.url, signed(succeeded()));
      await unset.close();

      expect(answer).toEqual({ status: 503, body: WEBHOOK_REFUSALS.noSecret.message });
    });

    it('gets 503 while the store is down, and its repetition lands', async () => {
      const request = signed(succeeded());
      endpoint.inbox.goDown();
      const refused = await send(request);
      endpoint.inbox.comeUp();
      const accepted = await send(request);

      expect(refused).toEqual({ status: 503, body: WEBHOOK_REFUSALS.storeUnavailable.message });
      expect(accepted.status).toBe(200);
      expect(endpoint.inbox.payment('pay_01').state).toBe('SUCCEEDED');
    });
  });

  it('rejects for a bug in the inbox, so that nothing is acknowledged', async () => {
    const broken = {
      receive: () => Promise.reject(new TypeError('a bug')),
      takeUnknown: () => Promise.resolve([]),
      sweep: () => Promise.resolve(0),
    };
    const log = { info: () => undefined, alarm: () => undefined };
    const receive = createWebhookReceiver({ secrets: () => ['whsec_a'], inbox: broken, clock: endpoint.clock, log });
    const { headers, rawBody } = signedWebhook(succeeded(), { timestamp: String(NOW_MS), secret: 'whsec_a' });

    await expect(receive(rawBody, headers)).rejects.toThrow('a bug');
  });

  it('shows, logs and keeps nothing of a body but ids and outcomes, and no secret or signature', async () => {
    const order = wireOrder({
      status: 'failed',
      failureMessage: 'Ask canary-in-message@example.com.',
      billingName: 'Canary Name',
    });
    const event = wireEvent('order.failed', order);
    const requests = [
      signed(event),
      signed(event),
      signed(wireEvent('order.failed', order, { id: 'event_02' }), 1_000),
      signed(wireEvent('payment_method.added', order, { id: 'event_03' })),
      signed(JSON.stringify(event).slice(0, -1)),
      { ...signed(event), rawBody: Buffer.from(JSON.stringify({ ...event, id: 'event_04' })) },
    ];

    const answers = await Promise.all(requests.map(send));
    endpoint.inbox.goDown();
    answers.push(await send(signed(wireEvent('order.failed', order, { id: 'event_05' }))));

    const kept = JSON.stringify([...endpoint.inbox.events.values()], (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    const shown = [...endpoint.logLines, ...answers.map(({ body }) => body), kept].join('\n');
    const signatures = requests.map(({ headers }) => headers['x-clink-signature'] ?? '');
    const canaries = [
      'buyer@',
      'canary-in-message@',
      'Canary Name',
      '1003',
      'full_instrument',
      'whsec_',
      ...signatures,
    ];
    expect(canaries.filter((canary) => shown.includes(canary))).toEqual([]);
    expect(endpoint.logLines).toHaveLength(requests.length + 1);
    expect(endpoint.logLines.join('')).not.toMatch(/billing|failureMessage|Ask/);
  });

  it('ends in the same state with one entry for each event, in any order and however often events come', async () => {
    const story: [string, string][] = [
      ['order.created', 'created'],
      ['order.next_action', 'requires_action'],
      ['order.failed', 'failed'],
      ['order.succeeded', 'success'],
    ];
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3], { minLength: 12 }),
        async (deliveries) => {
          const paymentId = `pay_round_${(round += 1)}`;
          endpoint.inbox.addPayment({ id: paymentId });
          for (const index of deliveries) {
            const [type, status] = story[index] ?? ['', ''];
            const order = wireOrder({ status, orderId: `order_${round}`, metadata: { gateway_payment_id: paymentId } });
            await send(signed(wireEvent(type, order, { id: `event_${round}_${index}`, created: CREATED_MS + index })));
          }
          expect(summaryOf(endpoint.inbox.payment(paymentId))).toEqual({ state: 'SUCCEEDED', entries: 4 });
        },
      ),
      { numRuns: 30 },
    );
  });
});

function summaryOf({ state, timeline }: InboxPayment) {
  return { state, entries: timeline.size };
}
