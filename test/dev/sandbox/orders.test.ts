import type { Sandbox } from '../../../src/dev/sandbox/sandbox.js';
import {
  credentials,
  eventually,
  getJson,
  ledgerOf,
  pay,
  paymentBody,
  setFaults,
  startTestSandbox,
  testClock,
  type Envelope,
} from './sandbox-harness.js';

interface OrderRow {
  orderId: string;
  merchantReferenceId: string;
  status: string;
  metadata: Record<string, string>;
}

interface OrderPage {
  total: number;
  rows: OrderRow[];
  code: number;
  msg: string;
}

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  await fetch(`${sandbox.url}/sandbox/ledger`, { method: 'DELETE' });
  await fetch(`${sandbox.url}/sandbox/faults`, { method: 'DELETE' });
});

const list = (query: string): Promise<OrderPage> => getJson<OrderPage>(sandbox, `order?${query}`);

async function payMany(count: number, merchantReferenceId: string): Promise<string[]> {
  const orderIds: string[] = [];
  for (let number = 0; number < count; number += 1)
    orderIds.push((await pay(sandbox, { merchantReferenceId })).data?.orderId ?? '');
  return orderIds;
}

describe('GET /order/{id}', () => {
  it('shows an order with its times in milliseconds and its amounts as numbers', async () => {
    const { data } = await pay(sandbox, {
      amount: 2,
      paymentCurrency: 'JPY',
      customerEmail: 'buyer@example.com',
      priceDataList: [{ name: 'Cup', unitAmount: 2 }],
    });
    const answer = await getJson<{ code: number; data: Record<string, unknown> }>(sandbox, `order/${data?.orderId}`);

    expect(answer).toEqual({
      code: 200,
      msg: 'success',
      data: {
        orderId: data?.orderId,
        type: 'onetime',
        merchantReferenceId: 'ref-1',
        invoiceId: null,
        customerId: 'cus_1',
        customerEmail: 'buyer@example.com',
        productId: null,
        priceId: null,
        sessionId: data?.sessionId,
        createTime: expect.any(Number) as number,
        paymentTime: expect.any(Number) as number,
        priceDataList: [{ name: 'Cup', unitAmount: 2, quantity: 1, currency: null, imageUrl: null }],
        paymentMethod: {
          paymentMethodType: 'CARD',
          paymentInstrumentId: 'pi_card_ok',
          cardScheme: 'Visa',
          cardLastFour: '4242',
          issuerRegion: 'USA',
          issuerBank: 'SANDBOX BANK',
          wallet: null,
        },
        paymentExecutionDetails: null,
        amountSubtotal: 2,
        amountTotal: 300,
        originalCurrency: 'USD',
        paymentCurrency: 'JPY',
        status: 'success',
        failureCode: null,
        failureMessage: null,
        metadata: { gateway_payment_id: 'pay_1' },
        riskLevel: 'LOW',
      },
    });
  });

  it('writes an absent reference as the string "null"', async () => {
    const { data } = await pay(sandbox, { merchantReferenceId: undefined });

    expect(await getJson(sandbox, `order/${data?.orderId}`)).toMatchObject({ data: { merchantReferenceId: 'null' } });
  });

  it('does not know other orders', async () => {
    expect(await getJson(sandbox, 'order/order_unknown')).toEqual({ code: 404, msg: 'ORDER_NOT_FOUND', data: null });
    expect(await getJson(sandbox, 'order/%E0%A4%A')).toEqual({ code: 404, msg: 'ORDER_NOT_FOUND', data: null });
  });

  it.each([
    ['pi_pending', 'success', null],
    ['pi_pending_failed', 'failed', 'processor_communication_error'],
  ])('shows how %s ended after its moment', async (paymentInstrumentId, status, failureCode) => {
    const { data } = await pay(sandbox, { paymentInstrumentId });
    const path = `order/${data?.orderId}`;
    const ended = await eventually(
      () => getJson<{ data: OrderRow }>(sandbox, path),
      (answer) => answer.data.status !== 'pending',
    );

    expect(ended.data).toMatchObject({ status, failureCode, paymentTime: expect.any(Number) as number });
  });
});

describe('GET /order', () => {
  it('finds all orders of a reference, newest first, and nothing else', async () => {
    const orderIds = await payMany(2, 'ref-twice');
    await payMany(1, 'ref-other');

    const page = await list('merchantReferenceId=ref-twice');

    expect(page).toMatchObject({ total: 2, code: 200, msg: 'success' });
    expect(page.rows.map(({ orderId }) => orderId)).toEqual(orderIds.reverse());
  });

  it('finds the orders of a customer, and of a customer with a reference', async () => {
    await pay(sandbox, { customerId: 'cus_a', merchantReferenceId: 'ref-1' });
    await pay(sandbox, { customerId: 'cus_a', merchantReferenceId: 'ref-2' });
    await pay(sandbox, { customerId: 'cus_b', merchantReferenceId: 'ref-1' });

    expect(await list('customerId=cus_a')).toMatchObject({ total: 2 });
    expect(await list('customerId=cus_a&merchantReferenceId=ref-1')).toMatchObject({ total: 1 });
    expect(await list('')).toMatchObject({ total: 3 });
    expect(await list('merchantReferenceId=ref')).toMatchObject({ total: 0, rows: [] });
  });

  it('gives the same customer to the same e-mail address', async () => {
    await pay(sandbox, { customerId: undefined, customerEmail: 'buyer@example.com' });
    await pay(sandbox, { customerId: undefined, customerEmail: 'Buyer@example.com' });

    const [one, other] = (await getJson<{ rows: { customerId: string }[] }>(sandbox, 'order')).rows;

    expect(one?.customerId).toMatch(/^cus_[0-9a-f]{24}$/);
    expect(other?.customerId).toBe(one?.customerId);
  });

  it('pages through every order once', async () => {
    const orderIds = await payMany(7, 'ref-pages');

    const pages = await Promise.all(
      [1, 2, 3, 4].map((pageNum) => list(`merchantReferenceId=ref-pages&pageSize=3&pageNum=${pageNum}`)),
    );

    expect(pages.map(({ rows }) => rows.length)).toEqual([3, 3, 1, 0]);
    expect(pages.map(({ total }) => total)).toEqual([7, 7, 7, 7]);
    expect(pages.flatMap(({ rows }) => rows.map(({ orderId }) => orderId))).toEqual(orderIds.reverse());
  });

  it('shows 20 rows unless asked for more, and 50 at most', async () => {
    await payMany(60, 'ref-many');

    expect((await list('merchantReferenceId=ref-many')).rows).toHaveLength(20);
    expect((await list('merchantReferenceId=ref-many&pageSize=1000')).rows).toHaveLength(50);
    expect((await list('merchantReferenceId=ref-many&pageSize=0&pageNum=-1')).rows).toHaveLength(20);
  });
});

describe('a disturbed lookup', () => {
  it('ignores its filter', async () => {
    await payMany(2, 'ref-a');
    await payMany(1, 'ref-b');
    await setFaults(sandbox, { lookups: { ignoreFilter: true } });

    const page = await list('merchantReferenceId=ref-b');

    expect(page.total).toBe(3);
    expect(page.rows.map(({ merchantReferenceId }) => merchantReferenceId)).toEqual(['ref-b', 'ref-a', 'ref-a']);
  });

  it('hides the metadata in lists and single orders, but not in the ledger', async () => {
    const [orderId] = await payMany(1, 'ref-a');
    await setFaults(sandbox, { lookups: { hideMetadata: true } });

    expect((await list('merchantReferenceId=ref-a')).rows[0]?.metadata).toEqual({});
    expect(await getJson(sandbox, `order/${orderId}`)).toMatchObject({ data: { metadata: {} } });
    expect((await ledgerOf(sandbox)).byGatewayPaymentId).toEqual({ pay_1: 1 });
  });

  it('answers 500', async () => {
    const [orderId] = await payMany(1, 'ref-a');
    await setFaults(sandbox, { lookups: { answer500: true } });
    const serverError = { status: 500, error: 'Internal Server Error', path: '/api/order' };

    expect(await list('merchantReferenceId=ref-a')).toEqual(serverError);
    expect(await getJson(sandbox, `order/${orderId}`)).toEqual(serverError);
  });

  it('does not see an order until it has some age', async () => {
    const [orderId] = await payMany(1, 'ref-a');
    await setFaults(sandbox, { lookups: { hideNewForMs: 60_000 } });

    expect(await list('merchantReferenceId=ref-a')).toMatchObject({ total: 0, rows: [] });
    expect(await getJson<Envelope>(sandbox, `order/${orderId}`)).toMatchObject({ code: 404 });
    testClock.moveOn(60_000);
    expect(await list('merchantReferenceId=ref-a')).toMatchObject({ total: 1 });
    expect(await getJson<Envelope>(sandbox, `order/${orderId}`)).toMatchObject({ code: 200 });
  });

  it('concerns only the references that begin as was said', async () => {
    const [orderId] = await payMany(1, 'calm-1');
    await payMany(1, 'late-1');
    await setFaults(sandbox, { lookups: { referencePrefix: 'late-', hideNewForMs: 60_000 } });

    expect(await list('merchantReferenceId=late-1')).toMatchObject({ total: 0 });
    expect(await list('merchantReferenceId=calm-1')).toMatchObject({ total: 1 });
    expect(await getJson<Envelope>(sandbox, `order/${orderId}`)).toMatchObject({ code: 200 });
  });

  it('lacks the metadata of pi_timeout_no_metadata without any fault', async () => {
    const client = new AbortController();
    const lost = fetchAndLeave(client, {
      paymentInstrumentId: 'pi_timeout_no_metadata',
      merchantReferenceId: 'ref-lost',
    });
    const page = await eventually(
      () => list('merchantReferenceId=ref-lost'),
      ({ total }) => total === 1,
    );
    client.abort();

    expect(page.rows).toMatchObject([{ status: 'success', metadata: {} }]);
    await expect(lost).rejects.toThrow('aborted');
  });

  function fetchAndLeave({ signal }: AbortController, fields: Record<string, unknown>): Promise<unknown> {
    const body = JSON.stringify(paymentBody(fields));
    return fetch(`${sandbox.apiBaseUrl}payment`, { method: 'POST', headers: credentials(), body, signal });
  }
});
