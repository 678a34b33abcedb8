import { SEND_WEBHOOK_USAGE, sendWebhook } from '../../src/dev/send-webhook.js';
import { TEST_WEBHOOK_SECRET } from '../support/signed-webhook.js';
import { startWebhookEndpoint, type WebhookEndpoint } from '../support/webhook-endpoint.js';

const NOW_MS = 1_785_936_115_000;

describe('npm run webhook:send', () => {
  let endpoint: WebhookEndpoint;
  let printed: string[];
  beforeEach(async () => {
    endpoint = await startWebhookEndpoint(NOW_MS);
    endpoint.inbox.addPayment({ id: 'pay_01' });
    printed = [];
  });
  afterEach(() => endpoint.close());

  const run = (line: string, secret: string | null = TEST_WEBHOOK_SECRET) =>
    sendWebhook(line.split(' ').filter(Boolean), {
      defaults: () => ({ url: endpoint.url, secret }),
      clock: endpoint.clock,
      print: (text) => void printed.push(text),
    });

  it('signs and sends an event that the gateway believes', async () => {
    const code = await run(
      'order.succeeded --order order_01 --payment pay_01 --event event_01 --amount 19.99 --currency USD',
    );

    expect([code, printed]).toEqual([0, ['order.succeeded event_01 -> 200']]);
    expect(endpoint.inbox.payment('pay_01')).toMatchObject({ state: 'SUCCEEDED', orderId: 'order_01' });
    expect(endpoint.inbox.events.get('event_01')?.update?.fields.amount).toEqual({
      minorUnits: 1999n,
      currency: 'USD',
    });
  });

  it.each([
    ['order.created', 'PENDING'],
    ['order.next_action', 'REQUIRES_ACTION'],
    ['order.succeeded', 'SUCCEEDED'],
    ['order.failed', 'FAILED'],
  ])('makes %s an event that says %s', async (type, state) => {
    await run(`${type} --order order_01 --reference pay_01`);

    expect(endpoint.inbox.payment('pay_01').state).toBe(state);
  });

  it('signs in the past on demand, so that the body is no longer believed', async () => {
    const code = await run('order.succeeded --order order_01 --payment pay_01 --age 301');

    expect(code).toBe(0);
    expect(endpoint.inbox.payment('pay_01').state).toBe('PROCESSING');
    expect(endpoint.inbox.lookups).toEqual(['pay_01']);
  });

  it('says why it was refused, without the secret', async () => {
    const code = await run('order.succeeded --order order_01 --event event_01 --secret whsec_of_somebody_else');

    expect(code).toBe(1);
    expect(printed.join()).toMatch(
      /^order.succeeded event_01 -> 401 The X-Clink-Signature header is not the signature/,
    );
    expect(printed.join()).not.toContain('somebody_else');
  });

  it('says that nobody listens', async () => {
    await endpoint.close();

    const code = await run('order.succeeded --order order_01');

    expect(code).toBe(1);
    expect(printed.join()).toMatch(/^The event was not delivered: .*ECONNREFUSED/);
  });

  it.each([
    ['', 'Name one event type, such as order.succeeded.'],
    ['order.created order.failed --order order_01', 'Name one event type, such as order.succeeded.'],
    ['order.succeeded', 'Say which order it is about: --order <id>.'],
    ['order.succeeded --order order_01 --amount 5', '--amount and --currency go together.'],
    ['order.succeeded --order order_01 --age old', '--age takes a number of seconds.'],
  ])('explains its use after "%s"', async (line, sentence) => {
    const code = await run(line);

    expect([code, printed]).toEqual([2, [`${sentence}\n\n${SEND_WEBHOOK_USAGE}`]]);
  });

  it('asks for a secret where none is set', async () => {
    const code = await run('order.succeeded --order order_01', null);

    const sentence = 'No secret: set CLINK_WEBHOOK_SECRETS or give --secret.';
    expect([code, printed]).toEqual([2, [`${sentence}\n\n${SEND_WEBHOOK_USAGE}`]]);
  });

  it('explains its use after an option that it does not know', async () => {
    const code = await run('order.succeeded --order order_01 --colour red');

    expect(code).toBe(2);
    expect(printed.join()).toContain("Unknown option '--colour'");
  });
});
