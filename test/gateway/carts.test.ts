import { startGateway, type Gateway } from '../support/gateway/gateway.js';
import { createPayment, findByKey, paymentInput, readLedger } from '../support/graphql-client.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ env: { RETURN_URL_SCHEMES: 'com.example.shop' } });
});
afterAll(() => gateway.close());

/** The order as the provider has it. */
async function orderOf(gatewayPaymentId: string): Promise<Record<string, unknown>> {
  const { orders } = await readLedger(gateway.sandboxUrl);
  const orderId = orders.find((order) => order.gatewayPaymentId === gatewayPaymentId)?.orderId ?? '';
  const headers = { 'x-api-key': 'sk_test_embedded_sandbox', 'x-timestamp': String(Date.now()) };
  const response = await fetch(`${gateway.sandboxUrl}/api/order/${orderId}`, { headers });
  return ((await response.json()) as { data: Record<string, unknown> }).data;
}

describe('a shop’s cart', () => {
  const NOTE = 'Ring twice.\r\nThird floor,\n\tleft';
  const cart = (name: string) =>
    paymentInput({
      idempotencyKey: 'cart-with-line-ends-01',
      priceDataList: [{ name, unitAmount: '19.99', quantity: 1 }],
      metadata: [{ key: 'note', value: NOTE }],
    });

  it('has the line ends of a name folded and those of its metadata kept, for everybody alike', async () => {
    const { payment } = await createPayment(gateway.url, cart('Tea,\r\n\tgreen'));
    const order = await orderOf(payment.id);
    expect(order.priceDataList).toMatchObject([{ name: 'Tea, green' }]);
    expect(order.metadata).toMatchObject({ note: NOTE });
    const found = await findByKey(gateway.url, 'cart-with-line-ends-01');
    expect(found.metadata).toEqual([{ key: 'note', value: NOTE }]);
  });

  it('is the same cart whichever way a name’s line ends', async () => {
    const again = await createPayment(gateway.url, cart('Tea,\ngreen'));
    expect(again).toMatchObject({ __typename: 'CreatePaymentSuccess', replayed: true });
    const other = await createPayment(gateway.url, cart('Tea, black'));
    expect(other.__typename).toBe('IdempotencyConflict');
  });

  it('of the largest amount that the rules allow is paid, and shows it', async () => {
    const { payment } = await gateway.pay({ amount: '999999999999999', currency: 'UYW' });
    expect(payment.status).toBe('SUCCEEDED');
    expect(payment.amount).toEqual({ amount: '999999999999999.0000', currency: 'UYW' });
  });
});

it('a payer of an app comes back to it by the scheme that the gateway lists', async () => {
  const app = { paymentInstrumentId: 'pi_card_3ds', returnUrl: 'com.example.shop:/zurück?cart={7}' };
  const { payment } = await gateway.pay(app);
  const token = new URL(payment.action.url).searchParams.get('token') ?? '';
  const body = new URLSearchParams({ token, decision: 'approve' });
  const decided = await fetch(`${gateway.sandboxUrl}/3ds/challenge`, { method: 'POST', body, redirect: 'manual' });
  expect(decided.headers.get('location')).toMatch(/^com\.example\.shop:\/zur%C3%BCck\?cart=%7B7%7D&orderId=/);
  const other = await gateway.pay({ ...app, returnUrl: 'com.example.other:/return' });
  expect(other).toMatchObject({ __typename: 'InvalidPaymentInput', issues: [{ rule: 'returnUrl.invalid' }] });
});
