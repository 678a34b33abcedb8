import { isCleanLookup, type OrderLookup } from '../../../src/payments/ports/order-provider.js';
import { startFakeClink, type FakeClink, type SeenRequest } from '../support/fake-clink.js';
import { API_KEY, createTestClient, NOW_MS, type TestClient } from '../support/test-client.js';

const REFERENCE = 'pay_01';

/** Answers a request with a JSON body, or with text and a status. */
type Answer = (request: SeenRequest) => { readonly httpStatus?: number; readonly body: unknown };

const orderRow = (fields: object = {}) => ({
  orderId: 'order_01',
  merchantReferenceId: REFERENCE,
  status: 'success',
  ...fields,
});
const rowsNamed = (from: number, count: number) =>
  [...Array(count).keys()].map((index) => orderRow({ orderId: `order_${from + index}` }));
const list = (total: unknown, rows: unknown) => ({ body: { code: 200, msg: 'success', total, rows } });
const pageNumberOf = (request: SeenRequest) => Number(new URL(request.url, 'http://clink').searchParams.get('pageNum'));

describe('looking orders up', () => {
  let clink: FakeClink;
  let client: TestClient;
  let answer: Answer;

  beforeAll(async () => {
    clink = await startFakeClink((response, request) => {
      const { httpStatus = 200, body } = answer(request);
      response.writeHead(httpStatus).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  beforeEach(() => {
    client = createTestClient({ baseUrl: clink.baseUrl });
  });
  afterEach(() => client.close());
  afterAll(() => clink.close());

  async function lookUp(given: Answer, reference = REFERENCE): Promise<{ lookup: OrderLookup; asked: string[] }> {
    answer = given;
    const before = clink.requests.length;
    const lookup = await client.findOrdersByReference(reference);
    return { lookup, asked: clink.requests.slice(before).map(({ url }) => url) };
  }

  async function readOrder(row: object) {
    const { lookup } = await lookUp(() => list(1, [orderRow(row)]));
    return lookup.kind === 'found' ? lookup.orders[0] : undefined;
  }

  describe('by reference', () => {
    it('asks with a signed GET', async () => {
      await lookUp(() => list(0, []), 'a b&c=d/ü');

      expect(clink.requests.at(-1)).toMatchObject({
        method: 'GET',
        url: '/api/order?merchantReferenceId=a+b%26c%3Dd%2F%C3%BC&pageNum=1&pageSize=50',
        headers: { 'x-api-key': API_KEY, 'x-timestamp': String(NOW_MS) },
      });
    });

    it('keeps the digits of numbers beyond 2^53', async () => {
      const row = `{"orderId":1783561234567890123,"merchantReferenceId":1783561234567890124,"status":"success",
        "amountTotal":1234567890123456.78,"paymentCurrency":"USD"}`;
      const { lookup } = await lookUp(
        () => ({ body: `{"code":200,"total":1,"rows":[${row}]}` }),
        '1783561234567890124',
      );

      expect(lookup).toMatchObject({
        complete: true,
        orders: [
          {
            orderId: '1783561234567890123',
            merchantReferenceId: '1783561234567890124',
            amount: { minorUnits: 123456789012345678n, currency: 'USD' },
          },
        ],
      });
    });

    it('reads every field of an order', async () => {
      const order = await readOrder({
        sessionId: 'sess_01',
        customerId: 'cus_01',
        customerEmail: 'buyer@shop.example',
        status: 'failed',
        createTime: 1_785_936_100_000,
        paymentTime: 1_785_936_113_600,
        amountSubtotal: 2,
        originalCurrency: 'EUR',
        amountTotal: 2.15,
        paymentCurrency: 'USD',
        failureCode: 'card_declined',
        failureMessage: 'No.',
        paymentMethod: { paymentMethodType: 'CARD', paymentInstrumentId: 'pi_01' },
        metadata: { gateway_payment_id: 'pay_01' },
      });

      expect(order).toEqual({
        orderId: 'order_01',
        merchantReferenceId: REFERENCE,
        gatewayPaymentId: 'pay_01',
        state: 'FAILED',
        failureCode: 'card_declined',
        failureMessage: 'No.',
        amount: { minorUnits: 215n, currency: 'USD' },
        createdAtMs: 1_785_936_100_000,
        paidAtMs: 1_785_936_113_600,
        sessionId: 'sess_01',
        customerId: 'cus_01',
        paymentInstrumentId: 'pi_01',
        paymentMethodType: 'CARD',
      });
    });

    it.each([
      ['created', null],
      ['pending', 'PENDING'],
      ['requires_action', 'REQUIRES_ACTION'],
      ['success', 'SUCCEEDED'],
      ['failed', 'FAILED'],
      ['partial_refunded', 'PARTIALLY_REFUNDED'],
      ['refunded', 'REFUNDED'],
      ['disputed', null],
      [1, null],
      [null, null],
    ])('reads the status %j as %j', async (status, state) => {
      expect(await readOrder({ status })).toMatchObject({ state });
    });

    it.each(['null', ' ', '', null, 7.5])('takes the reference %j for an absent one', async (merchantReferenceId) => {
      expect(await readOrder({ merchantReferenceId })).toMatchObject({ merchantReferenceId: null });
    });

    it.each([
      ['{"gateway_payment_id":"pay_01"}', 'pay_01'],
      ['{', null],
      [null, null],
      [{}, null],
      [{ gateway_payment_id: 'null' }, null],
    ])('reads the payment id from the metadata %j as %j', async (metadata, gatewayPaymentId) => {
      expect(await readOrder({ metadata })).toMatchObject({ gatewayPaymentId });
    });

    it('finds nothing, completely', async () => {
      const { lookup } = await lookUp(() => list(0, []));

      expect(lookup).toEqual({ kind: 'found', orders: [], complete: true });
      expect(isCleanLookup(lookup, REFERENCE)).toBe(true);
    });

    it('takes a list that is null for an empty one only where the total says so', async () => {
      expect((await lookUp(() => list(0, null))).lookup).toEqual({ kind: 'found', orders: [], complete: true });
      expect((await lookUp(() => list(1, null))).lookup).toEqual({ kind: 'unavailable', reason: 'malformedAnswer' });
    });

    it('reads all pages', async () => {
      const { lookup, asked } = await lookUp((request) => {
        const from = (pageNumberOf(request) - 1) * 50;
        return list('120', rowsNamed(from, Math.min(50, 120 - from)));
      });

      expect(asked).toHaveLength(3);
      expect(lookup).toMatchObject({ kind: 'found', complete: true });
      expect(lookup.kind === 'found' && lookup.orders).toHaveLength(120);
    });

    it('reads on where the provider’s pages are smaller than asked for', async () => {
      const { lookup } = await lookUp((request) => list(30, rowsNamed((pageNumberOf(request) - 1) * 10, 10)));

      expect(lookup.kind === 'found' && [lookup.orders.length, lookup.complete]).toEqual([30, true]);
    });

    it('reads until an empty page where there is no total', async () => {
      const { lookup } = await lookUp((request) => list(undefined, pageNumberOf(request) === 1 ? rowsNamed(0, 3) : []));

      expect(lookup.kind === 'found' && [lookup.orders.length, lookup.complete]).toEqual([3, true]);
    });

    it.each<readonly [string, Answer]>([
      ['a row has no order id', () => list(2, [orderRow(), {}])],
      ['a row is no order', () => list(2, [orderRow(), 'order_02'])],
      ['rows are missing', (request) => list(3, pageNumberOf(request) === 1 ? [orderRow()] : [])],
      ['there are more rows than the total', () => list(0, [orderRow()])],
      ['paging does not work', () => list(80, rowsNamed(0, 50))],
      ['rows moved between the pages', (request) => list(100, rowsNamed(pageNumberOf(request) * 49, 50))],
      ['there is no end', (request) => list(undefined, rowsNamed(pageNumberOf(request) * 50, 50))],
      [
        'the second page fails',
        (request) => (pageNumberOf(request) === 1 ? list(60, rowsNamed(0, 50)) : { httpStatus: 502, body: '' }),
      ],
      [
        'the second page is no list',
        (request) => (pageNumberOf(request) === 1 ? list(60, rowsNamed(0, 50)) : list(60, {})),
      ],
    ])('is incomplete where %s', async (_sentence, given) => {
      const { lookup, asked } = await lookUp(given);

      expect(lookup).toMatchObject({ kind: 'found', complete: false });
      expect(lookup.kind === 'found' && lookup.orders.length).toBeGreaterThan(0);
      expect(isCleanLookup(lookup, REFERENCE)).toBe(false);
      expect(asked.length).toBeLessThanOrEqual(20);
    });

    it('is not clean where the provider ignored the filter', async () => {
      const { lookup } = await lookUp(() =>
        list(2, [orderRow(), orderRow({ orderId: 'order_02', merchantReferenceId: 'other' })]),
      );

      expect(lookup).toMatchObject({ kind: 'found', complete: true });
      expect(isCleanLookup(lookup, REFERENCE)).toBe(false);
    });

    it.each<readonly [string, ReturnType<Answer>, string]>([
      ['HTTP 401', { httpStatus: 401, body: 'Unauthorized' }, 'unauthorized'],
      ['HTTP 429', { httpStatus: 429, body: '' }, 'rateLimited'],
      ['a timestamp code', { body: { code: 80102203 } }, 'timestampRefused'],
      ['HTTP 502', { httpStatus: 502, body: '<html>' }, 'serverError'],
      ['code 500', { body: { code: 500, rows: [], total: 0 } }, 'serverError'],
      ['code 400', { body: { code: 400 } }, 'unlistedCode'],
      ['a code nobody knows', { body: { code: 7 } }, 'unlistedCode'],
      ['HTML', { body: '<html>' }, 'malformedAnswer'],
      ['no list', { body: { code: 200, data: {} } }, 'malformedAnswer'],
      ['a redirect', { httpStatus: 302, body: '' }, 'redirected'],
    ])('is unavailable on %s', async (_sentence, given, reason) => {
      expect((await lookUp(() => given)).lookup).toEqual({ kind: 'unavailable', reason });
    });

    it('is unavailable where nobody listens', async () => {
      const closed = await startFakeClink(() => undefined);
      await closed.close();
      const lonely = createTestClient({ baseUrl: closed.baseUrl });

      expect(await lonely.findOrdersByReference(REFERENCE)).toEqual({ kind: 'unavailable', reason: 'connectFailed' });
      await lonely.close();
    });

    it('does not stumble over half a character in a reference', async () => {
      const { lookup } = await lookUp(() => list(0, []), '\ud800');

      expect(lookup).toMatchObject({ kind: 'found' });
    });
  });

  describe('by customer', () => {
    it('asks with a signed GET, and reads all pages', async () => {
      answer = (request) => {
        const from = (pageNumberOf(request) - 1) * 50;
        return list(60, rowsNamed(from, Math.min(50, 60 - from)));
      };

      const lookup = await client.findOrdersByCustomer('cus_01');

      expect(lookup).toMatchObject({ kind: 'found', complete: true });
      expect(lookup.kind === 'found' && lookup.orders).toHaveLength(60);
      expect(clink.requests.at(-1)).toMatchObject({
        method: 'GET',
        url: '/api/order?customerId=cus_01&pageNum=2&pageSize=50',
        headers: { 'x-api-key': API_KEY },
      });
    });
  });

  describe('by id', () => {
    async function find(given: ReturnType<Answer>, orderId = 'order_01') {
      answer = () => given;
      return client.findOrder(orderId);
    }

    it('finds the order', async () => {
      const lookup = await find({ body: { code: 200, data: orderRow() } });

      expect(lookup).toMatchObject({
        kind: 'found',
        orders: [{ orderId: 'order_01', state: 'SUCCEEDED' }],
        complete: true,
      });
      expect(clink.requests.at(-1)).toMatchObject({ method: 'GET', url: '/api/order/order_01' });
    });

    it('finds none where the provider says that there is none', async () => {
      expect(await find({ body: { code: 404, msg: 'not found' } })).toEqual({
        kind: 'found',
        orders: [],
        complete: true,
      });
    });

    it.each<readonly [string, ReturnType<Answer>, string]>([
      ['a proxy’s 404', { httpStatus: 404, body: '<html>' }, 'malformedAnswer'],
      ['a 404 inside a failure', { httpStatus: 503, body: { code: 404 } }, 'serverError'],
      ['another order', { body: { code: 200, data: orderRow({ orderId: 'order_02' }) } }, 'malformedAnswer'],
      ['no order', { body: { code: 200, data: null } }, 'malformedAnswer'],
    ])('is unavailable on %s', async (_sentence, given, reason) => {
      expect(await find(given)).toEqual({ kind: 'unavailable', reason });
    });

    it.each(['..', '.', '', ' order_01', 'null', 'a\nb', '\ud800'])(
      'never asks for the impossible id %j',
      async (orderId) => {
        const before = clink.requests.length;

        expect(await find({ body: {} }, orderId)).toEqual({ kind: 'unavailable', reason: 'malformedAnswer' });
        expect(clink.requests).toHaveLength(before);
      },
    );

    it('keeps an odd id in its place of the path', async () => {
      await find({ body: {} }, 'a/../b?c#d');

      expect(clink.requests.at(-1)?.url).toBe('/api/order/a%2F..%2Fb%3Fc%23d');
    });
  });
});
