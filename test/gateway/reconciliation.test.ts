import { startGateway, type Gateway } from '../support/gateway/gateway.js';
import { setFaults } from '../support/gateway/sandbox-faults.js';
import { createPayment, findByKey, paymentInput, readLedger } from '../support/graphql-client.js';
import { paymentOnce, type FoundPayment } from '../support/payment-once.js';

/** What nobody tells has to be asked for. */
const WITHOUT_WEBHOOKS = { webhooks: { drop: ['*'] } };
const FAST = { CLINK_TIMEOUT_MS: '2000', RECONCILE_INTERVAL_MS: '30', RECONCILE_GRACE_MS: '0' };

describe('a payment whose outcome is unknown', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ env: FAST });
  });
  beforeEach(() => setFaults(gateway, WITHOUT_WEBHOOKS));
  afterAll(() => gateway.close());

  it.each([
    'pi_busy',
    'pi_timeout_charged',
    'pi_reset_charged',
    'pi_error_500',
    'pi_garbage',
    'pi_timeout_no_metadata',
  ])('is found to be paid after %s, and was charged once', async (paymentInstrumentId) => {
    const input = paymentInput({ paymentInstrumentId });
    await createPayment(gateway.url, input);

    const payment = await paymentOnce(gateway.url, input, (found) => found.status === 'SUCCEEDED');

    const events = payment.timeline.map((event) => event.status);
    expect(events.sort()).toEqual(['PROCESSING', 'SUCCEEDED', 'UNKNOWN']);
    const { orders } = await readLedger(gateway.sandboxUrl);
    expect(orders.filter(({ orderId }) => orderId === payment.orderId)).toHaveLength(1);
  });

  it('is concluded to have failed when the provider provably never made an order of it', async () => {
    await gateway.pay();
    const input = paymentInput({ paymentInstrumentId: 'pi_reset_uncharged' });
    await createPayment(gateway.url, input);

    const payment = await paymentOnce(gateway.url, input, (found) => found.status === 'FAILED');

    expect(payment.failure).toMatchObject({ code: 'NEVER_REACHED_PROVIDER', retry: 'USE_NEW_KEY' });
    expect(await createPayment(gateway.url, input)).toMatchObject({
      __typename: 'CreatePaymentSuccess',
      replayed: true,
      payment: { status: 'FAILED' },
    });
  });

  it.each([
    ['ignore the filter', { ignoreFilter: true }],
    ['answer with an error', { answer500: true }],
  ])('stays unknown as long as lookups %s', async (_case, lookups) => {
    await gateway.pay();
    const input = paymentInput({ paymentInstrumentId: 'pi_reset_uncharged' });
    await setFaults(gateway, { ...WITHOUT_WEBHOOKS, lookups });
    await createPayment(gateway.url, input);
    await reconcilerRounds(12);
    expect((await paymentOf(gateway, input)).status).toBe('UNKNOWN');

    await setFaults(gateway, WITHOUT_WEBHOOKS);
    await paymentOnce(gateway.url, input, (found) => found.status === 'FAILED');
  });

  it("stays unknown where an order bears the caller's own reference and nothing of ours", async () => {
    const input = paymentInput({ paymentInstrumentId: 'pi_timeout_no_metadata', merchantReferenceId: 'cart-1' });
    await createPayment(gateway.url, input);
    await reconcilerRounds(12);

    expect((await paymentOf(gateway, input)).status).toBe('UNKNOWN');
    expect(await createPayment(gateway.url, input)).toMatchObject({
      __typename: 'PaymentOutcomeUnknown',
      retry: 'WAIT_AND_QUERY',
    });
  });

  it("is found by our metadata among other orders under the caller's reference", async () => {
    const shared = { merchantReferenceId: 'cart-2' };
    await Promise.all([1, 2, 3].map(() => gateway.pay(shared)));
    const input = paymentInput({ ...shared, paymentInstrumentId: 'pi_timeout_charged' });
    await createPayment(gateway.url, input);

    const payment = await paymentOnce(gateway.url, input, (found) => found.status === 'SUCCEEDED');
    const { charges } = await readLedger(gateway.sandboxUrl);
    expect(charges.find(({ orderId }) => orderId === payment.orderId)?.gatewayPaymentId).toBe(payment.id);
  });

  it('gets a new QR code where Cash App lost it', async () => {
    const input = paymentInput({ paymentInstrumentId: 'pi_timeout_qr', paymentMethodType: 'CASHAPP' });
    await createPayment(gateway.url, input);

    const payment = await paymentOnce(gateway.url, input, (found) => found.action !== null);
    expect(payment).toMatchObject({ status: 'REQUIRES_ACTION', action: { __typename: 'WalletQr' }, failure: null });
  });

  it('says so where a redirect was lost with the answer', async () => {
    const input = paymentInput({ paymentInstrumentId: 'pi_timeout_3ds' });
    await createPayment(gateway.url, input);

    const payment = await paymentOnce(gateway.url, input, (found) => found.failure !== null);
    expect(payment).toMatchObject({ status: 'REQUIRES_ACTION', action: null, failure: { code: 'ACTION_LOST' } });
  });
});

describe("an unknown payment where orders under the caller's reference lack our metadata", () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ env: FAST });
    await gateway.pay();
  });
  beforeEach(() => setFaults(gateway, WITHOUT_WEBHOOKS));
  afterAll(() => gateway.close());

  it('stays unknown also where such an order is not shown any more', async () => {
    const input = paymentInput({ paymentInstrumentId: 'pi_timeout_no_metadata', merchantReferenceId: 'cart-3' });
    const { payment } = await createPayment(gateway.url, input);
    await flagged(gateway, payment.id as string);
    await setFaults(gateway, { ...WITHOUT_WEBHOOKS, lookups: { referencePrefix: 'cart-3', hideNewForMs: 3_600_000 } });
    const uncharged = paymentInput({ paymentInstrumentId: 'pi_reset_uncharged' });
    await createPayment(gateway.url, uncharged);
    await paymentOnce(gateway.url, uncharged, (found) => found.status === 'FAILED');
    await reconcilerRounds(15);

    expect((await paymentOf(gateway, input)).status).toBe('UNKNOWN');
  });

  it('is concluded to have failed once each of them is known to be of another payment, by its answer or by a later lookup', async () => {
    const doubtful = { ...WITHOUT_WEBHOOKS, lookups: { referencePrefix: 'cart-', hideMetadata: true } };
    const sent = (merchantReferenceId: string, paymentInstrumentId: string) =>
      paymentInput({ merchantReferenceId, paymentInstrumentId });
    await setFaults(gateway, doubtful);
    await createPayment(gateway.url, sent('cart-5', 'pi_card_ok'));
    const [charged, uncharged] = [sent('cart-4', 'pi_timeout_charged'), sent('cart-4', 'pi_reset_uncharged')];
    const besideAnswered = sent('cart-5', 'pi_reset_uncharged');
    for (const input of [charged, uncharged, besideAnswered]) await createPayment(gateway.url, input);
    await reconcilerRounds(12);
    expect((await paymentOf(gateway, charged)).status).toBe('UNKNOWN');

    await setFaults(gateway, { ...doubtful, lookups: { referencePrefix: 'cart-5', hideMetadata: true } });
    await paymentOnce(gateway.url, charged, (found) => found.status === 'SUCCEEDED');
    await paymentOnce(gateway.url, uncharged, (found) => found.status === 'FAILED');
    await paymentOnce(gateway.url, besideAnswered, (found) => found.status === 'FAILED');
  });
});

describe('a gateway without a single answered payment', () => {
  it('concludes nothing from lookups that find nothing', async () => {
    const gateway = await startGateway({ env: FAST });
    const input = paymentInput({ paymentInstrumentId: 'pi_reset_uncharged' });
    await createPayment(gateway.url, input);
    await reconcilerRounds(15);

    expect((await paymentOf(gateway, input)).status).toBe('UNKNOWN');
    await gateway.pay();
    await paymentOnce(gateway.url, input, (found) => found.status === 'FAILED');
    await gateway.close();
  });
});

async function paymentOf(
  gateway: Gateway,
  { idempotencyKey }: Readonly<Record<string, unknown>>,
): Promise<FoundPayment> {
  return (await findByKey(gateway.url, idempotencyKey)) as FoundPayment;
}

/** Resolves once the reconciler has seen an order that may be the payment's. */
async function flagged({ logLines }: Gateway, paymentId: string): Promise<void> {
  const isFlag = (line: string): boolean => line.includes('"payment.flagged"') && line.includes(paymentId);
  while (!logLines.some(isFlag)) await pause(20);
}

/** Waits until the reconciler had time for that many rounds. */
function reconcilerRounds(rounds: number): Promise<void> {
  return pause(rounds * 100);
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
