import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { answerJson, startFakeClink, type FakeClink } from '../../clink/support/fake-clink.js';
import { CREATE_PAYMENT, paymentInput } from '../../support/graphql-client.js';
import { outputSearch } from '../../support/output-search.js';
import { deliver, signedWebhook, wireEvent, wireOrder } from '../../support/signed-webhook.js';
import { startGateway, type Gateway } from '../../support/gateway/gateway.js';

const OLD = {
  CLINK_API_KEY_FILE: 'sk_test_of_yesterday',
  CLINK_WEBHOOK_SECRETS_FILE: 'whsec_of_yesterday',
  ROUTER_SECRET_FILE: 'router-secret-of-yesterday-long-enough',
};
const NEW = {
  CLINK_API_KEY_FILE: 'sk_test_of_today',
  CLINK_WEBHOOK_SECRETS_FILE: 'whsec_of_today_and_longer',
  ROUTER_SECRET_FILE: 'router-secret-of-today-and-long-enough',
};
type Rolled = keyof typeof OLD;

/** A little more than files are looked at again after. */
const LOOKED_AT_AGAIN_MS = 2_200;

describe('secrets in mounted files, as in production', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rolled-'));
  let clink: FakeClink;
  let gateway: Gateway<'tokens'>;

  beforeAll(async () => {
    clink = await startFakeClink((response) => {
      const data = { orderId: `order_${clink.requests.length}`, status: 1, amount: 19.99, currency: 'USD' };
      answerJson(response, { code: 200, msg: 'success', data });
    });
    for (const secret of [...Object.values(OLD), ...Object.values(NEW)])
      outputSearch.searchFor('a rolled secret', secret);
    const files = Object.entries(OLD).map(([name, secret]) => [name, write(name as Rolled, secret)]);
    gateway = await startGateway({
      with: ['tokens'],
      env: { NODE_ENV: 'production', CLINK_BASE_URL: clink.baseUrl, ...Object.fromEntries(files) },
    });
  });

  afterAll(async () => {
    await gateway.close();
    await clink.close();
    rmSync(folder, { recursive: true });
  });

  function write(name: Rolled, content: string): string {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  }

  async function roll(name: Rolled, content: string): Promise<void> {
    write(name, content);
    await pause(LOOKED_AT_AGAIN_MS);
  }

  async function pay(routerSecret: string) {
    const token = gateway.issuer.token({ scope: 'payments:write', sub: 'customer-1' });
    const input = paymentInput({ referenceCustomerId: undefined });
    const headers = { 'x-router-secret': routerSecret };
    const { status, body } = await gateway.ask(CREATE_PAYMENT, { token, variables: { input }, headers });
    return { status, result: body.data?.createPayment.__typename ?? body.errors?.[0]?.extensions.code };
  }

  let deliveries = 0;
  async function deliverSignedWith(secret: string): Promise<number> {
    deliveries += 1;
    const event = wireEvent('order.succeeded', wireOrder(), { id: `event_rolled_${deliveries}` });
    const { status } = await deliver(
      `${gateway.url}/webhooks/clink`,
      signedWebhook(event, { secret, timestamp: String(Date.now()) }),
    );
    return status;
  }

  it('sends the provider the key that is in the file now', async () => {
    await pay(OLD.ROUTER_SECRET_FILE);
    expect(clink.requests.at(-1)?.headers['x-api-key']).toBe(OLD.CLINK_API_KEY_FILE);

    await roll('CLINK_API_KEY_FILE', NEW.CLINK_API_KEY_FILE);

    expect(await pay(OLD.ROUTER_SECRET_FILE)).toEqual({ status: 200, result: 'CreatePaymentSuccess' });
    expect(clink.requests.at(-1)?.headers['x-api-key']).toBe(NEW.CLINK_API_KEY_FILE);
  });

  it('takes webhooks signed with either secret while both are listed, then with the new one only', async () => {
    const [before, after] = [OLD.CLINK_WEBHOOK_SECRETS_FILE, NEW.CLINK_WEBHOOK_SECRETS_FILE];
    expect(await deliverSignedWith(before)).toBe(200);
    expect(await deliverSignedWith(after)).toBe(401);

    await roll('CLINK_WEBHOOK_SECRETS_FILE', `${after},${before}`);
    expect(await deliverSignedWith(before)).toBe(200);
    expect(await deliverSignedWith(after)).toBe(200);

    await roll('CLINK_WEBHOOK_SECRETS_FILE', after);
    expect(await deliverSignedWith(before)).toBe(401);
    expect(await deliverSignedWith(after)).toBe(200);
  });

  it('takes no webhook signed with a secret that could be guessed, though it is in the file', async () => {
    await roll('CLINK_WEBHOOK_SECRETS_FILE', `short,${NEW.CLINK_WEBHOOK_SECRETS_FILE}`);

    expect(await deliverSignedWith('short')).toBe(401);
    expect(await deliverSignedWith(NEW.CLINK_WEBHOOK_SECRETS_FILE)).toBe(200);
  });

  it('takes no webhook signed with the published secret of the sandbox, though it is in the file', async () => {
    await roll('CLINK_WEBHOOK_SECRETS_FILE', `whsec_embedded_sandbox,${NEW.CLINK_WEBHOOK_SECRETS_FILE}`);

    expect(await deliverSignedWith('whsec_embedded_sandbox')).toBe(401);
    expect(await deliverSignedWith(NEW.CLINK_WEBHOOK_SECRETS_FILE)).toBe(200);
  });

  it('takes requests of a router with either secret while both are listed, then with the new one only', async () => {
    const [before, after] = [OLD.ROUTER_SECRET_FILE, NEW.ROUTER_SECRET_FILE];
    expect(await pay(after)).toEqual({ status: 403, result: 'ROUTER_REQUIRED' });

    await roll('ROUTER_SECRET_FILE', `${after},${before}`);
    expect(await pay(before)).toEqual({ status: 200, result: 'CreatePaymentSuccess' });
    expect(await pay(after)).toEqual({ status: 200, result: 'CreatePaymentSuccess' });

    await roll('ROUTER_SECRET_FILE', after);
    const charges = clink.requests.length;
    expect(await pay(before)).toEqual({ status: 403, result: 'ROUTER_REQUIRED' });
    expect(clink.requests.length).toBe(charges);
    expect(await pay(after)).toEqual({ status: 200, result: 'CreatePaymentSuccess' });
  });
});
