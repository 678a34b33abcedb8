import { createHash } from 'node:crypto';
import { WEBHOOK_REFUSALS, type WebhookRefusal } from '../../../src/webhooks/refusals.js';
import { setFaults } from '../../support/gateway/sandbox-faults.js';
import { deliver, signedWebhook, wireEvent, wireOrder, type WebhookRequest } from '../../support/signed-webhook.js';
import { expectLedgerUnchanged, ordersAt } from '../support/ledger.js';
import { startGateway, type Gateway } from '../../support/gateway/gateway.js';

const SECRET = 'whsec_of_the_attacked_gateway';
const FIND = 'query ($id: ID!) { payment(id: $id) { id status updatedAt timeline { id status source } } }';
const HOUR_MS = 3_600_000;

let gateway: Gateway<'tokens'>;
let alice: string;
beforeAll(async () => {
  // Nobody but the attacker brings update.
  gateway = await startGateway({
    with: ['tokens'],
    env: { CLINK_WEBHOOK_SECRETS: SECRET, RECONCILE_INTERVAL_MS: '600000' },
  });
  await setFaults(gateway, { webhooks: { drop: ['*'] } });
  alice = gateway.issuer.token();
});
afterAll(() => gateway.close());

interface WaitingPayment {
  readonly id: string;
  readonly orderId: string;
}

/** A payment that waits for its payer, and that an attacker wants to be told paid. */
async function waitingPayment(): Promise<WaitingPayment> {
  return (await gateway.pay(alice, { paymentInstrumentId: 'pi_card_3ds' })).payment as WaitingPayment;
}

async function find({ id }: WaitingPayment): Promise<{ status: string; timeline: { status: string }[] }> {
  return (await gateway.ask(FIND, { token: alice, variables: { id } })).body.data.payment;
}

const paidEvent = ({ id, orderId }: WaitingPayment) => {
  const order = wireOrder({ orderId, status: 'success', metadata: { gateway_payment_id: id } });
  return wireEvent('order.succeeded', order, { id: `event_of_${orderId}`, created: Date.now() });
};
const sign = (event: unknown, secret = SECRET, atMs = Date.now()) =>
  signedWebhook(event, { secret, timestamp: String(atMs) });
const send = (request: WebhookRequest) => deliver(`${gateway.url}/webhooks/clink`, request);

const changed = ({ headers, rawBody }: WebhookRequest, changes: Record<string, string>): WebhookRequest => ({
  ...{ headers: { ...headers, ...changes }, rawBody },
});
const without = ({ headers, rawBody }: WebhookRequest, name: string): WebhookRequest => ({
  headers: Object.fromEntries(Object.entries(headers).filter(([header]) => header !== name)),
  rawBody,
});
const signatureOf = ({ headers }: WebhookRequest): string => headers['x-clink-signature'] ?? '';

interface Forgery {
  readonly title: string;
  readonly told: WebhookRefusal;
  /** What the attacker makes of the event that would have the payment paid. */
  request(event: Record<string, unknown>): WebhookRequest;
}

const FORGERIES: readonly Forgery[] = [
  { title: 'nothing but a body', told: 'timestampMissing', request: (event) => ({ ...sign(event), headers: {} }) },
  { title: 'no signature', told: 'signatureMissing', request: (event) => without(sign(event), 'x-clink-signature') },
  {
    title: 'a made-up signature',
    told: 'signatureWrong',
    request: (event) => changed(sign(event), { 'x-clink-signature': 'ab'.repeat(32) }),
  },
  {
    title: 'a signature with another secret',
    told: 'signatureWrong',
    request: (event) => sign(event, 'whsec_guessed'),
  },
  { title: 'a signature with an empty secret', told: 'signatureWrong', request: (event) => sign(event, '') },
  {
    title: 'a hash that takes no secret',
    told: 'signatureWrong',
    request: (event) => {
      const request = sign(event);
      const signed = `${request.headers['x-clink-timestamp'] ?? ''}.${request.rawBody.toString()}`;
      return changed(request, { 'x-clink-signature': createHash('sha256').update(signed).digest('hex') });
    },
  },
  {
    title: 'the genuine signature of another body',
    told: 'signatureWrong',
    request: (event) => ({ ...sign({ ...event, type: 'order.created' }), rawBody: sign(event).rawBody }),
  },
  {
    title: 'the genuine signature of another time',
    told: 'signatureWrong',
    request: (event) => changed(sign(event, SECRET, Date.now() - HOUR_MS), { 'x-clink-timestamp': `${Date.now()}` }),
  },
  {
    title: 'a time that takes over the beginning of the body',
    told: 'timestampMalformed',
    request: (event) => changed(sign(event), { 'x-clink-timestamp': `${Date.now()}.{"id"` }),
  },
  {
    title: 'the beginning of the genuine signature',
    told: 'signatureWrong',
    request: (event) => changed(sign(event), { 'x-clink-signature': signatureOf(sign(event)).slice(0, 32) }),
  },
  {
    title: 'two signatures of which one is genuine',
    told: 'signatureWrong',
    request: (event) => {
      const request = sign(event);
      return changed(request, { 'x-clink-signature': `${'ab'.repeat(32)}, ${signatureOf(request)}` });
    },
  },
  {
    title: 'a weaker kind of signature',
    told: 'signTypeUnsupported',
    request: (event) => changed(sign(event), { 'x-clink-signtype': 'MD5' }),
  },
  {
    title: 'no kind of signature',
    told: 'signTypeMissing',
    request: (event) => without(sign(event), 'x-clink-signtype'),
  },
];

describe('a forged webhook', () => {
  let payment: WaitingPayment;
  beforeAll(async () => {
    payment = await waitingPayment();
  });
  expectLedgerUnchanged(() => ordersAt(gateway.sandboxUrl));

  it.each(FORGERIES)('with $title is told $told, and the payment stays as it is', async ({ request, told }) => {
    const before = await find(payment);
    const { status, message } = WEBHOOK_REFUSALS[told];
    expect(await send(request(paidEvent(payment)))).toEqual({ status, body: message });
    expect(await find(payment)).toEqual(before);
    expect(before.status).toBe('REQUIRES_ACTION');
  });

  it('would have had the payment paid if it were genuine: none was written down before', async () => {
    expect(await send(sign(paidEvent(payment)))).toEqual({ status: 200, body: '' });
    expect((await find(payment)).status).toBe('SUCCEEDED');
  });
});

describe('a webhook that was overheard', () => {
  let payment: WaitingPayment;
  let other: WaitingPayment;
  let genuine: WebhookRequest;
  beforeAll(async () => {
    [payment, other] = [await waitingPayment(), await waitingPayment()];
    genuine = sign(paidEvent(payment));
    await send(genuine);
  });
  expectLedgerUnchanged(() => ordersAt(gateway.sandboxUrl));

  it('changes nothing when it is sent again, nor twenty times at once', async () => {
    const before = await find(payment);
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(genuine)));
    expect(answers).toEqual(Array(20).fill({ status: 200, body: '' }));
    expect(await find(payment)).toEqual(before);
    expect(before.status).toBe('SUCCEEDED');
  });

  it('has no other payment paid by its signature', async () => {
    const { status, message } = WEBHOOK_REFUSALS.signatureWrong;
    const rawBody = Buffer.from(JSON.stringify(paidEvent(other)));
    expect(await send({ ...genuine, rawBody })).toEqual({ status, body: message });
    expect((await find(other)).status).toBe('REQUIRES_ACTION');
  });

  it('takes nothing back by an earlier one: the payment stays paid', async () => {
    const order = wireOrder({ orderId: payment.orderId, metadata: { gateway_payment_id: payment.id } });
    const earlier = sign(wireEvent('order.failed', order, { id: 'event_earlier', created: Date.now() - 1_000 }));
    expect(await send(earlier)).toEqual({ status: 200, body: '' });
    expect((await find(payment)).status).toBe('SUCCEEDED');
  });
});

describe('a recording of a webhook that never arrived', () => {
  let payment: WaitingPayment;
  beforeAll(async () => {
    payment = await waitingPayment();
  });
  expectLedgerUnchanged(() => ordersAt(gateway.sandboxUrl));

  it('is not believed an hour later, however genuine', async () => {
    const before = await find(payment);
    const recorded = sign(paidEvent(payment), SECRET, Date.now() - HOUR_MS);
    expect(await send(recorded)).toEqual({ status: 200, body: '' });
    expect(await find(payment)).toEqual(before);
    expect(before.status).toBe('REQUIRES_ACTION');
  });
});
