import { readConfig } from '../../src/config/config.js';
import { startGateway, type Gateway } from '../support/gateway/gateway.js';
import { setFaults } from '../support/gateway/sandbox-faults.js';
import { createPayment, findByKey, paymentInput, readLedger } from '../support/graphql-client.js';
import { startPostgres } from '../support/postgres.js';
import { deliver, signedWebhook, wireEvent, wireOrder } from '../support/signed-webhook.js';

const WITHOUT_RECONCILER = { CLINK_TIMEOUT_MS: '2000', RECONCILE_INTERVAL_MS: '600000' };
const WITH_RECONCILER = { RECONCILE_INTERVAL_MS: '30' };
const { webhookSecrets, apiKey } = readConfig({}).clink;
const SECRET = webhookSecrets[0] ?? '';

type Decision = 'approve' | 'decline' | 'pay' | 'cancel' | 'confirm' | null;

interface Outcome {
  readonly instrument: string;
  readonly decision: Decision;
  readonly status: string;
  /** The statuses that webhooks tell of, each once. */
  readonly told: readonly string[];
}

const PAID_AT_ONCE = ['PENDING', 'SUCCEEDED'];
const PAID_BY_PAYER = ['PENDING', 'REQUIRES_ACTION', 'SUCCEEDED'];
const FAILED_BY_PAYER = ['FAILED', 'PENDING', 'REQUIRES_ACTION'];

const OUTCOMES: readonly Outcome[] = [
  ...['pi_card_ok', 'pi_pending', 'pi_busy', 'pi_timeout_charged', 'pi_reset_charged'].map(paid),
  ...['pi_error_500', 'pi_garbage', 'pi_timeout_no_metadata'].map(paid),
  { instrument: 'pi_card_declined', decision: null, status: 'FAILED', told: ['FAILED', 'PENDING'] },
  { instrument: 'pi_pending_failed', decision: null, status: 'FAILED', told: ['FAILED', 'PENDING'] },
  { instrument: 'pi_card_3ds', decision: 'approve', status: 'SUCCEEDED', told: PAID_BY_PAYER },
  { instrument: 'pi_card_3ds', decision: 'decline', status: 'FAILED', told: FAILED_BY_PAYER },
  { instrument: 'pi_wallet_qr', decision: 'pay', status: 'SUCCEEDED', told: PAID_BY_PAYER },
  { instrument: 'pi_wallet_qr', decision: 'cancel', status: 'FAILED', told: FAILED_BY_PAYER },
  { instrument: 'pi_form_post', decision: 'confirm', status: 'SUCCEEDED', told: PAID_BY_PAYER },
  { instrument: 'pi_form_post', decision: 'cancel', status: 'FAILED', told: FAILED_BY_PAYER },
];

function paid(instrument: string): Outcome {
  return { instrument, decision: null, status: 'SUCCEEDED', told: PAID_AT_ONCE };
}

describe('webhooks alone', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ env: WITHOUT_RECONCILER });
  });
  beforeEach(() => setFaults(gateway, {}));
  afterAll(() => gateway.close());

  it.each(OUTCOMES)('tell what became of $instrument (payer: $decision)', async (outcome) => {
    const input = inputFor(outcome);

    await walk(gateway, input, outcome);
    await allDelivered(gateway, 1);

    expectOutcome(await paymentOf(gateway, input), outcome);
  });

  it.each(['pi_refused', 'pi_unauthorized', 'pi_reset_uncharged'])('say nothing of %s', async (instrument) => {
    const input = paymentInput({ paymentInstrumentId: instrument });
    await createPayment(gateway.url, input);

    const { id, timeline } = await paymentOf(gateway, input);
    const events = await listEvents(gateway);

    expect(events.filter(({ gatewayPaymentId }) => gatewayPaymentId === id)).toEqual([]);
    expect(told(timeline)).toEqual([]);
  });

  it('are read in the older form as well', async () => {
    await setFaults(gateway, { webhooks: { olderForm: true } });
    const input = paymentInput({ paymentInstrumentId: 'pi_timeout_charged' });

    await walk(gateway, input, paid('pi_timeout_charged'));
    await allDelivered(gateway, 1);

    expectOutcome(await paymentOf(gateway, input), paid('pi_timeout_charged'));
  });

  it('with a wrong signature are refused, and leave nothing behind', async () => {
    const input = paymentInput({ paymentInstrumentId: 'pi_card_3ds' });
    const { payment } = await createPayment(gateway.url, input);
    await allDelivered(gateway, 1);
    const order = wireOrder({ orderId: payment.orderId, metadata: { gateway_payment_id: payment.id } });
    const event = wireEvent('order.succeeded', order, { id: 'event_forged', created: Date.parse(payment.createdAt) });
    const before = await paymentOf(gateway, input);

    const forged = await sign(gateway, event, 'whsec_of_somebody_else');

    expect(forged).toEqual({
      status: 401,
      body: 'The X-Clink-Signature header is not the signature of these bytes: 64 lower-case hexadecimal digits of HMAC-SHA256 over timestamp, dot and raw body, by a secret of this endpoint.',
    });
    expect(await paymentOf(gateway, input)).toEqual(before);
    // Had it been written down, the genuine event of this id would be a duplicate and change nothing.
    expect(await sign(gateway, event, SECRET)).toEqual({ status: 200, body: '' });
    expect((await paymentOf(gateway, input)).status).toBe('SUCCEEDED');
  });

  it('of a second order are a second charge: one that was paid stands above the declined one', async () => {
    const input = paymentInput({ paymentInstrumentId: 'pi_card_declined' });
    const { payment } = await createPayment(gateway.url, input);
    await allDelivered(gateway, 1);
    expect((await paymentOf(gateway, input)).status).toBe('FAILED');
    const order = wireOrder({ orderId: 'order_of_another', metadata: { gateway_payment_id: payment.id } });

    const answer = await sign(gateway, wireEvent('order.succeeded', order, { id: 'event_contested' }), SECRET);

    expect(answer).toEqual({ status: 200, body: '' });
    expect(await paymentOf(gateway, input)).toMatchObject({ status: 'SUCCEEDED', failure: null });
  });
});

describe('webhooks that overtake the answer', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    // Time for them to come before the answer, and for the answer to come before it is given up, on a busy machine too.
    gateway = await startGateway({ env: { RECONCILE_INTERVAL_MS: '600000', IN_FLIGHT_WAIT_MS: '20000' } });
    await setFaults(gateway, { payments: { delayAnswerMs: 3_000 } });
  });
  afterAll(() => gateway.close());

  it('make a repeated call wait for the action that only the answer brings', async () => {
    const input = paymentInput({ paymentInstrumentId: 'pi_card_3ds' });
    const first = createPayment(gateway.url, input);
    await statusIs(gateway, input, 'REQUIRES_ACTION');
    await allDelivered(gateway, 1);

    const again = await createPayment(gateway.url, input);

    expect(again).toMatchObject({ replayed: true, payment: { action: { __typename: 'Redirect' } } });
    expect(again.payment).toEqual((await first).payment);
  });

  it('keep it from saying that nothing was charged where they tell of an order', async () => {
    const input = paymentInput({ paymentInstrumentId: 'pi_unauthorized' });
    const turnedAway = createPayment(gateway.url, input);
    await statusIs(gateway, input, 'PROCESSING');
    const { id } = await paymentOf(gateway, input);
    const order = wireOrder({ orderId: 'order_told_early', metadata: { gateway_payment_id: id } });

    const told = await sign(gateway, wireEvent('order.created', order, { id: 'event_told_early' }), SECRET);

    expect(told).toEqual({ status: 200, body: '' });
    expect(await turnedAway).toMatchObject({
      __typename: 'CreatePaymentSuccess',
      payment: { id, status: 'PENDING', orderId: 'order_told_early' },
    });
  });
});

describe('webhooks among answers and lookups', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ env: WITH_RECONCILER });
  });
  beforeEach(() => setFaults(gateway, {}));
  afterAll(() => gateway.close());

  it('end in the same payments when each is sent three times in random order', async () => {
    await setFaults(gateway, { webhooks: { duplicate: 3, shuffle: true } });
    const quick = OUTCOMES.filter(({ instrument }) => !instrument.startsWith('pi_timeout'));
    const cases = quick.map((outcome) => ({ outcome, input: inputFor(outcome) }));

    await Promise.all(cases.map(({ outcome, input }) => walk(gateway, input, outcome)));
    await allDelivered(gateway, 3);

    for (const { outcome, input } of cases) expectOutcome(await paymentOf(gateway, input), outcome);
    const { charges } = await readLedger(gateway.sandboxUrl);
    const ids = charges.map(({ gatewayPaymentId }) => gatewayPaymentId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('that are genuine and an hour old are not believed: the order is looked up', async () => {
    await setFaults(gateway, { webhooks: { signedAgoMs: 3_600_000 } });
    const input = paymentInput({ paymentInstrumentId: 'pi_pending' });
    await createPayment(gateway.url, input);

    const payment = await paymentOnce(gateway, input, ({ status }) => status === 'SUCCEEDED');

    expect(payment.timeline.map(({ source }) => source)).toEqual([
      'CREATE_PAYMENT',
      'PROVIDER_ANSWER',
      'RECONCILIATION',
    ]);
  });

  it.each([
    ['in part', 5, 'PARTIALLY_REFUNDED'],
    ['in full', 19.99, 'REFUNDED'],
  ])('tell of a refund %s', async (_case, refundAmount, status) => {
    await setFaults(gateway, { webhooks: { duplicate: 3, shuffle: true } });
    const input = paymentInput();
    const { payment } = await createPayment(gateway.url, input);
    await refund(gateway, { orderId: payment.orderId, refundMerchantOrderId: `refund-${status}`, refundAmount });

    const refunded = await paymentOnce(gateway, input, (found) => found.status === status);

    expect(refunded.timeline.filter((event) => event.status === status)).toHaveLength(1);
  });
});

describe('webhooks while the store is down', () => {
  it('are turned away, come again and are lost by nobody', async () => {
    const postgres = await startPostgres();
    const gateway = await startGateway({
      env: WITHOUT_RECONCILER,
      databaseUrl: await postgres.createDatabase(),
    });
    const approved: Outcome = {
      instrument: 'pi_card_3ds',
      decision: 'approve',
      status: 'SUCCEEDED',
      told: PAID_BY_PAYER,
    };
    const input = inputFor(approved);
    const { payment } = await createPayment(gateway.url, input);
    await allDelivered(gateway, 1);
    await postgres.stop('immediate');
    await decide(payment.action as Action, 'approve');

    const turnedAway = await eventsOnce(gateway, (events) => events.some(({ tries }) => tries.at(-1)?.status === 503));
    await postgres.start();
    const delivered = await allDelivered(gateway, 1);

    expect(turnedAway.at(-1)).toMatchObject({ type: 'order.succeeded' });
    expect(delivered.at(-1)?.tries.length).toBeGreaterThan(1);
    expectOutcome(await paymentOf(gateway, input), approved);
    await gateway.close();
    await postgres.dispose();
  });
});

function inputFor({ instrument }: Outcome): Record<string, unknown> {
  const paymentMethodType = instrument === 'pi_wallet_qr' ? 'CASHAPP' : 'CARD';
  return paymentInput({ paymentInstrumentId: instrument, paymentMethodType });
}

/** Pays, does as the payer what the payment asks for, and waits until webhooks have told what became of it: answers and lookups may be faster. */
async function walk(gateway: Gateway, input: Readonly<Record<string, unknown>>, outcome: Outcome): Promise<void> {
  // Among many that fail, the provider may be left in peace for a moment.
  const isAnswered = (answer: { retry?: string; payment?: unknown }): boolean => answer.retry !== 'RETRY_SAME_KEY';
  const { payment } = await eventually(() => createPayment(gateway.url, input), isAnswered);
  if (outcome.decision !== null) await decide((payment as { action: Action }).action, outcome.decision);
  await paymentOnce(gateway, input, ({ status, timeline }) => {
    return status === outcome.status && told(timeline).length >= outcome.told.length;
  });
}

async function decide(action: Action, decision: string): Promise<void> {
  const { url, fields } = toStep(action);
  await fetch(url, { method: 'POST', body: new URLSearchParams({ ...fields, decision }), redirect: 'manual' });
}

interface Action {
  readonly __typename: 'Redirect' | 'WalletQr' | 'FormPost';
  readonly url?: string;
  readonly fallbackUrl?: string;
  readonly fields?: readonly { readonly name: string; readonly value: string }[];
}

function toStep({ __typename, url = '', fallbackUrl = '', fields = [] }: Action): {
  url: string;
  fields: Record<string, string>;
} {
  if (__typename === 'Redirect') {
    const { origin, pathname, searchParams } = new URL(url);
    return { url: origin + pathname, fields: { token: searchParams.get('token') ?? '' } };
  }
  if (__typename === 'WalletQr') return { url: fallbackUrl, fields: {} };
  return { url, fields: Object.fromEntries(fields.map(({ name, value }) => [name, value])) };
}

interface Found {
  readonly id: string;
  readonly status: string;
  readonly timeline: readonly { readonly status: string; readonly source: string }[];
}

function expectOutcome({ status, timeline }: Found, outcome: Outcome): void {
  expect({ status, told: told(timeline) }).toEqual({ status: outcome.status, told: outcome.told });
  expect(timeline.filter(({ source }) => source === 'CREATE_PAYMENT')).toHaveLength(1);
  expect(timeline.filter(({ source }) => source === 'PROVIDER_ANSWER')).toHaveLength(1);
}

function told(timeline: Found['timeline']): string[] {
  return timeline.flatMap(({ source, status }) => (source === 'WEBHOOK' ? [status] : [])).sort();
}

/** Also of a key that is not claimed yet. */
async function statusIs(gateway: Gateway, input: ReturnType<typeof paymentInput>, status: string): Promise<void> {
  for (;;) {
    const found = (await paymentOf(gateway, input)) as Found | null;
    if (found?.status === status) return;
  }
}

async function paymentOf(gateway: Gateway, { idempotencyKey }: Readonly<Record<string, unknown>>): Promise<Found> {
  return (await findByKey(gateway.url, idempotencyKey)) as Found;
}

async function paymentOnce(
  gateway: Gateway,
  input: Readonly<Record<string, unknown>>,
  holds: (payment: Found) => boolean,
): Promise<Found> {
  return eventually(() => paymentOf(gateway, input), holds);
}

interface SentEvent {
  readonly type: string;
  readonly gatewayPaymentId: string | null;
  readonly tries: readonly { readonly status: number | null }[];
}

async function listEvents({ sandboxUrl }: Gateway): Promise<SentEvent[]> {
  const response = await fetch(`${sandboxUrl}/sandbox/events`);
  return ((await response.json()) as { rows: SentEvent[] }).rows;
}

function eventsOnce(gateway: Gateway, holds: (events: SentEvent[]) => boolean): Promise<SentEvent[]> {
  return eventually(() => listEvents(gateway), holds);
}

/** Resolves once every event was taken so many times. */
function allDelivered(gateway: Gateway, copies: number): Promise<SentEvent[]> {
  const isTaken = ({ tries }: SentEvent): boolean => tries.filter(({ status }) => status === 200).length >= copies;
  return eventsOnce(gateway, (events) => events.every(isTaken));
}

async function eventually<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 2_500; tries++) {
    const answer = await ask();
    if (holds(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it did not get there: ${JSON.stringify(await ask())}`);
}

function sign({ url }: Gateway, body: unknown, secret: string): Promise<{ status: number; body: string }> {
  const timestamp = String(Date.now());
  return deliver(`${url}/webhooks/clink`, signedWebhook(body, { secret, timestamp }));
}

async function refund({ sandboxUrl }: Gateway, body: Readonly<Record<string, unknown>>): Promise<void> {
  await fetch(`${sandboxUrl}/api/refund`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': apiKey, 'x-timestamp': String(Date.now()) },
    body: JSON.stringify(body),
  });
}
