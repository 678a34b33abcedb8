import type { Sandbox } from '../../src/dev/sandbox/sandbox.js';
import { pay, setFaults, startTestSandbox } from '../dev/sandbox/sandbox-harness.js';
import { TEST_WEBHOOK_SECRET } from '../support/signed-webhook.js';
import { startWebhookEndpoint, type WebhookEndpoint } from '../support/webhook-endpoint.js';

describe('the webhooks of the sandbox', () => {
  let endpoint: WebhookEndpoint;
  let sandbox: Sandbox;
  beforeEach(async () => {
    endpoint = await startWebhookEndpoint(Date.now());
    sandbox = await startTestSandbox();
    sandbox.setWebhook({ url: endpoint.url, secret: TEST_WEBHOOK_SECRET });
    endpoint.inbox.addPayment({ id: 'pay_01' });
  });
  afterEach(async () => {
    await sandbox.close();
    await endpoint.close();
  });

  const payWith = (paymentInstrumentId: string) =>
    pay(sandbox, { paymentInstrumentId, metadata: { gateway_payment_id: 'pay_01' } });

  it.each([
    ['pi_card_ok', 'SUCCEEDED'],
    ['pi_card_declined', 'FAILED'],
    ['pi_card_3ds', 'REQUIRES_ACTION'],
    ['pi_pending', 'SUCCEEDED'],
  ] as const)('tell the gateway how %s ends', async (instrument, state) => {
    await payWith(instrument);

    await endpoint.inbox.reached('pay_01', state);

    expect([...endpoint.inbox.events.values()].filter(({ asksLookup }) => asksLookup)).toEqual([]);
  });

  it.each([[{ olderForm: true }], [{ duplicate: 3, shuffle: true }], [{ signEachTry: true }]])(
    'are understood when sent with %j',
    async (webhooks) => {
      await setFaults(sandbox, { webhooks });
      await payWith('pi_card_ok');

      await endpoint.inbox.reached('pay_01', 'SUCCEEDED');

      expect(endpoint.alarms).toEqual([]);
    },
  );

  it('land after the store has come up again', async () => {
    endpoint.inbox.goDown();
    const refused = endpoint.inbox.nextCall();
    await payWith('pi_card_ok');
    await refused;
    endpoint.inbox.comeUp();

    await endpoint.inbox.reached('pay_01', 'SUCCEEDED');

    expect(endpoint.logLines.join('')).toContain('storeUnavailable');
  });
});
