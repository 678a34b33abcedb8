import fc from 'fast-check';
import { parseWebhookEvent, type WebhookEvent } from '../../src/webhooks/event.js';
import { wireEvent, wireOrder } from '../support/signed-webhook.js';

const parse = (json: unknown) => parseWebhookEvent(Buffer.from(JSON.stringify(json)));

function eventOf(json: unknown): WebhookEvent {
  const parsed = parse(json);
  if (parsed.kind !== 'event') throw new Error(`unreadable: ${parsed.reason}`);
  return parsed.event;
}

describe('parseWebhookEvent', () => {
  it('reads the published sample', () => {
    const order = wireOrder({
      status: 'failed',
      metadata: {},
      failureCode: 'processor_communication_error',
      failureMessage: 'The processor is unavailable.',
      paymentTime: 1_785_936_113_600,
    });

    expect(eventOf(wireEvent('order.failed', order))).toMatchObject({
      id: 'event_01',
      type: 'order.failed',
      createdAtMs: 1_785_936_113_600,
      match: { orderId: 'order_01', gatewayPaymentId: null, merchantReferenceId: null },
      message: {
        kind: 'orderMoved',
        state: 'FAILED',
        order: { failureCode: 'processor_communication_error', failureMessage: 'The processor is unavailable.' },
      },
    });
  });

  it('keeps the digits of ids beyond 2^53', () => {
    const event = `{"id":1783561234567890125,"type":"order.succeeded","created":1785936113600,"data":{"object":
      {"orderId":1783561234567890123,"merchantReferenceId":1783561234567890124,"status":"success"}}}`;

    expect(parseWebhookEvent(Buffer.from(event))).toMatchObject({
      event: {
        id: '1783561234567890125',
        match: { orderId: '1783561234567890123', merchantReferenceId: '1783561234567890124' },
        message: { order: { orderId: '1783561234567890123', merchantReferenceId: '1783561234567890124' } },
      },
    });
  });

  it('reads the older form as it reads the one of today', () => {
    const order = wireOrder({ status: 'success' });
    const older = {
      id: 'event_01',
      object: 'event',
      created: '2026-08-05T13:21:53.600Z',
      type: 'order.succeeded',
      data: order,
    };

    expect(eventOf(older)).toEqual(eventOf(wireEvent('order.succeeded', order)));
  });

  it('takes a text in data.object for a field of the older form', () => {
    const older = { id: 'event_01', type: 'order.succeeded', data: { ...wireOrder(), object: 'order' } };

    expect(eventOf(older).match.orderId).toBe('order_01');
  });

  it.each([
    [1_785_936_113_600, 1_785_936_113_600],
    [1_785_936_113, 1_785_936_113_000],
    ['1785936113600', 1_785_936_113_600],
    ['2026-08-05T13:21:53.600Z', 1_785_936_113_600],
    ['2026-08-05T21:21:53.600+08:00', 1_785_936_113_600],
    ['2026-08-05T13:21:53', 1_785_936_113_000],
    ['2026-08-05 13:21:53', 1_785_936_113_000],
    ['2026-02-31T25:00:00Z', null],
    ['yesterday', null],
    ['1969-07-20T20:17:40Z', null],
    [0, null],
    [-1, null],
    [1e300, null],
    [null, null],
    [{}, null],
    [undefined, null],
  ])('reads created %j as %j', (created, createdAtMs) => {
    expect(eventOf(wireEvent('order.created', wireOrder(), { created })).createdAtMs).toBe(createdAtMs);
  });

  it.each([
    ['order.created', 'created', 'PENDING'],
    ['order.created', 'pending', 'PENDING'],
    ['order.created', 'requires_action', 'REQUIRES_ACTION'],
    ['order.next_action', 'requires_action', 'REQUIRES_ACTION'],
    ['order.next_action', 'pending', 'PENDING'],
    ['order.next_action', null, 'REQUIRES_ACTION'],
    ['order.next_action', 'created', 'REQUIRES_ACTION'],
    ['order.succeeded', 'success', 'SUCCEEDED'],
    ['order.succeeded', null, 'SUCCEEDED'],
    ['order.succeeded', 'a status made next year', 'SUCCEEDED'],
    ['order.failed', 'failed', 'FAILED'],
  ])('reads %s of an order that is %s as %s', (type, status, state) => {
    expect(eventOf(wireEvent(type, wireOrder({ status }))).message).toMatchObject({ kind: 'orderMoved', state });
  });

  it.each([
    ['order.succeeded', 'failed'],
    ['order.succeeded', 'pending'],
    ['order.succeeded', 'partial_refunded'],
    ['order.failed', 'success'],
    ['order.created', 'success'],
    ['order.next_action', 'refunded'],
  ])('asks for the order where %s carries one that is %s', (type, status) => {
    expect(eventOf(wireEvent(type, wireOrder({ status }))).message).toEqual({ kind: 'askForOrder' });
  });

  it('asks for the order that a refund belongs to', () => {
    const refund = {
      refundId: 'rfd_01',
      orderId: 'order_01',
      refundAmount: 5,
      refundCurrency: 'USD',
      status: 'success',
    };

    const { message, match } = eventOf(wireEvent('refund.succeeded', refund));

    expect(message).toEqual({ kind: 'askForOrder' });
    expect(match).toEqual({ orderId: 'order_01', gatewayPaymentId: null, merchantReferenceId: null });
  });

  it.each([
    ['refund.created', { refundId: 'rfd_01', orderId: 'order_01', metadata: '{"a":"b"}' }],
    ['refund.failed', { refundId: 'rfd_01', orderId: 'order_01' }],
    ['session.complete', { sessionId: 'sess_01', orderId: null }],
    ['session.expired', { sessionId: 'sess_01' }],
    ['dispute.created', { disputeId: 'dsp_01', orderId: 'order_01' }],
    ['dispute.closed', { disputeId: 'dsp_01', orderId: 'order_01' }],
    ['payment_method.added', { id: 'pi_01', customerId: 'cus_01' }],
    ['customer.verify', {}],
    ['subscription.created', { subscriptionId: 'sub_01' }],
    ['invoice.paid', { amount: '19.99' }],
    ['order.made_next_year', wireOrder({ status: 'success' })],
    ['constructor', wireOrder()],
    ['__proto__', wireOrder()],
  ])('keeps %s, which moves nothing', (type, object) => {
    expect(eventOf(wireEvent(type, object))).toMatchObject({ type, message: { kind: 'nothing' } });
  });

  it('reads an absent reference, however the provider writes it, as none', () => {
    const references = ['null', ' ', '', null, undefined].map(
      (merchantReferenceId) => eventOf(wireEvent('order.failed', wireOrder({ merchantReferenceId }))).match,
    );

    expect(references.map(({ merchantReferenceId }) => merchantReferenceId)).toEqual([null, null, null, null, null]);
  });

  it.each([[null], ['text'], [[]], [7], [{ object: null }], [{ object: [] }], [undefined]])(
    'keeps an order event whose data is %j',
    (data) => {
      const { message, match } = eventOf({ id: 'event_01', type: 'order.succeeded', created: 1, data });

      expect(message).toEqual({ kind: 'askForOrder' });
      expect(match).toEqual({ orderId: null, gatewayPaymentId: null, merchantReferenceId: null });
    },
  );

  it.each([
    ['no JSON', Buffer.from('id=event_01'), 'notJson'],
    ['no bytes at all', Buffer.alloc(0), 'notJson'],
    ['cut JSON', Buffer.from('{"id":"event_01","type":"order.succ'), 'notJson'],
    ['JSON that is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'notJson'],
    ['an array', Buffer.from('[]'), 'notAnObject'],
    ['null', Buffer.from('null'), 'notAnObject'],
    ['no id', Buffer.from('{"type":"order.created"}'), 'idUnusable'],
    ['a blank id', Buffer.from('{"id":" ","type":"order.created"}'), 'idUnusable'],
    ['a fraction for an id', Buffer.from('{"id":7.5,"type":"order.created"}'), 'idUnusable'],
    ['an endless id', Buffer.from(`{"id":"${'x'.repeat(256)}","type":"order.created"}`), 'idUnusable'],
    ['an id with a line break', Buffer.from('{"id":"a\\nb","type":"order.created"}'), 'idUnusable'],
    ['no type', Buffer.from('{"id":"event_01"}'), 'typeUnusable'],
    ['an object for a type', Buffer.from('{"id":"event_01","type":{}}'), 'typeUnusable'],
  ])('refuses %s', (_, rawBody, reason) => {
    expect(parseWebhookEvent(rawBody)).toEqual({ kind: 'unreadable', reason });
  });

  it('survives nesting as deep as a body can carry, around a number beyond 2^53 too', () => {
    const deepDigits = '['.repeat(100_000) + '9007199254740993' + ']'.repeat(100_000);
    expect(parseWebhookEvent(Buffer.from(deepDigits)).kind).toBe('unreadable');
    const deep = '{"a":'.repeat(40_000) + '1' + '}'.repeat(40_000);
    const object = `{"orderId":"order_01","metadata":${deep}}`;
    const body = `{"id":"event_01","type":"order.succeeded","data":{"object":${object}}}`;

    const parsed = parseWebhookEvent(Buffer.from(body));

    expect(parsed).toMatchObject({ kind: 'event', event: { match: { orderId: 'order_01' } } });
  });

  it('lets no key of a body reach the prototypes', () => {
    const body = `{"id":"event_01","type":"order.succeeded",
      "__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},
      "data":{"object":{"orderId":"order_01","__proto__":{"orderId":"order_02"},
        "metadata":{"__proto__":{"gateway_payment_id":"pay_02"}}}}}`;

    const parsed = parseWebhookEvent(Buffer.from(body));

    expect(parsed).toMatchObject({ event: { match: { orderId: 'order_01', gatewayPaymentId: null } } });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('throws for no body whatever, and calls nothing paid that is not order.succeeded', () => {
    const anyEvent = fc.record(
      {
        id: fc.oneof(fc.string(), fc.jsonValue()),
        type: fc.oneof(fc.constantFrom('order.created', 'order.succeeded', 'refund.succeeded'), fc.jsonValue()),
        created: fc.jsonValue(),
        data: fc.oneof(fc.jsonValue(), fc.record({ object: fc.jsonValue() }), fc.constant({ object: wireOrder() })),
      },
      { requiredKeys: [] },
    );
    const anyBody = fc.oneof(
      fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
      fc.oneof(anyEvent, fc.jsonValue()).map((json) => Buffer.from(JSON.stringify(json))),
    );
    fc.assert(
      fc.property(anyBody, (rawBody) => {
        const parsed = parseWebhookEvent(rawBody);
        const { message = null, type = null } = parsed.kind === 'event' ? parsed.event : {};
        const isPaid = message?.kind === 'orderMoved' && message.state === 'SUCCEEDED';
        expect(isPaid && type !== 'order.succeeded').toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});
