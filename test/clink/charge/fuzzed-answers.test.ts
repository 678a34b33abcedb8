import fc from 'fast-check';
import type { ChargeOutcome } from '../../../src/payments/ports/payment-provider.js';
import { REFUSAL_TABLE } from '../../../src/clink/charge/refusal-table.js';
import { startFakeClink, type FakeClink } from '../support/fake-clink.js';
import { API_KEY, chargeRequest, createTestClient, OPEN_DEADLINE, type TestClient } from '../support/test-client.js';

interface RawAnswer {
  readonly httpStatus: number;
  readonly body: Buffer;
}

const URLS = [
  'https://pay.example/a',
  'javascript:alert(1)',
  'http://pay.example',
  'data:text/html,x',
  '',
  'null',
  API_KEY,
];
const scalar = fc.oneof(
  fc.constantFrom<unknown>(null, '', ' ', 'null', 0, 1, 2, 3, 4, 5, '1', '3', true, 1e21, -1, `x${API_KEY}`, '\u0000'),
  fc.string(),
  fc.double(),
);
/** Each field is right, odd or missing. */
const field = (...usual: unknown[]) => fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...usual) }, scalar);
const record = (fields: Record<string, fc.Arbitrary<unknown>>) => fc.record(fields, { requiredKeys: [] });

const wallet = record({
  imageUrlPng: field('iVBORw0KGgo=', ...URLS),
  imageDataUrl: field('data:image/png;base64,AA==', ...URLS),
  mobileAuthUrl: field('cashapp://x', ...URLS),
  fallbackUrl: field(...URLS),
  expiresAt: field(1_795_349_100, '1795349100', 1_795_349_100_000),
  expiresSecond: field(300),
});
const action = record({
  redirectUrl: field(...URLS),
  method: field('GET', 'POST', 'post'),
  postData: fc.oneof(scalar, fc.dictionary(fc.string(), fc.oneof(scalar, fc.jsonValue()))),
  walletHandleRedirectOrDisplayQrCode: fc.oneof(scalar, wallet),
  paymentMethodType: field('CARD', 'CASHAPP'),
});
const data = record({
  orderId: field('order_01'),
  sessionId: field('sess_01'),
  status: field(1, 2, 3, 5, '1', '5'),
  amount: field(19.99, '19.99'),
  currency: field('USD', 'JPY'),
  failureCode: field('card_declined'),
  failureMessage: field('No', API_KEY),
  action: fc.oneof(scalar, action),
});
const envelope = record({
  code: field(200, '200', 400, 401, 429, 500, 80102203, 90101212, ...Object.keys(REFUSAL_TABLE)),
  msg: field('success', 'CUSTOMER_NOT_FOUND', `bad ${API_KEY}`),
  data: fc.oneof({ weight: 5, arbitrary: data }, scalar),
});
const OTHER_STATUSES = [201, 204, 301, 400, 401, 403, 404, 422, 429, 500, 502, 503];
const httpStatus = fc.oneof({ weight: 5, arbitrary: fc.constant(200) }, fc.constantFrom(...OTHER_STATUSES));

/** Right but for the content, so that every run meets each state many times. */
const success = fc.record({
  code: fc.constantFrom(200, '200'),
  data: fc.record({
    orderId: fc.constant('order_01'),
    status: field(1, 2, 3, 5, '3'),
    action: fc.oneof(scalar, action),
  }),
});
const jsonBody = fc.oneof(envelope, success, fc.jsonValue()).map((value) => Buffer.from(JSON.stringify(value)));
/** A right body with a part cut out, or with other bytes put in. */
const damagedBody = fc
  .tuple(jsonBody, fc.nat(), fc.nat(20), fc.uint8Array({ maxLength: 10 }))
  .map(([body, at, length, bytes]) => {
    const start = at % (body.length + 1);
    return Buffer.concat([body.subarray(0, start), bytes, body.subarray(start + length)]);
  });
const anyAnswer: fc.Arbitrary<RawAnswer> = fc.record({
  httpStatus,
  body: fc.oneof(
    { weight: 4, arbitrary: jsonBody },
    { weight: 2, arbitrary: damagedBody },
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  ),
});

interface WireEnvelope {
  readonly code?: unknown;
  readonly msg?: unknown;
  readonly data?: { readonly orderId?: unknown; readonly status?: unknown };
}

function readAsTestWould(body: Buffer): WireEnvelope {
  try {
    const value: unknown = JSON.parse(body.toString('utf8').replace(/^\ufeff/, ''));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

describe('any answer', () => {
  let clink: FakeClink;
  let client: TestClient;
  let answer: RawAnswer;

  beforeAll(async () => {
    clink = await startFakeClink((response) => {
      response.writeHead(answer.httpStatus, { 'content-length': answer.httpStatus === 204 ? 0 : answer.body.length });
      response.end(answer.httpStatus === 204 ? undefined : answer.body);
    });
    client = createTestClient({ baseUrl: clink.baseUrl, timeoutMs: 10_000 });
  });
  afterAll(async () => {
    await client.close();
    await clink.close();
  });

  async function checkAll(check: (outcome: ChargeOutcome, wire: WireEnvelope) => void): Promise<void> {
    const property = fc.asyncProperty(anyAnswer, async (given) => {
      answer = given;
      const before = clink.requests.length;
      const outcome = await client.charge(chargeRequest(), OPEN_DEADLINE);
      expect(clink.requests).toHaveLength(before + 1);
      check(outcome, readAsTestWould(given.body));
    });
    await fc.assert(property, { numRuns: 1_500 });
  }

  it('is taken for success only under HTTP 2xx with code 200, an order id and, if paid, status 1', async () => {
    const kinds = new Set<string>();
    await checkAll((outcome, wire) => {
      kinds.add(outcome.kind === 'answered' ? outcome.answer.state : outcome.kind);
      if (outcome.kind !== 'answered') return;
      expect([200, 201]).toContain(answer.httpStatus);
      expect(String(wire.code).trim()).toBe('200');
      expect(['string', 'number']).toContain(typeof wire.data?.orderId);
      if (outcome.answer.state === 'paid') expect(Number(wire.data?.status)).toBe(1);
      if (outcome.answer.state === 'declined') expect(Number(wire.data?.status)).toBe(3);
    });
    expect([...kinds].sort()).toEqual([
      'actionRequired',
      'declined',
      'paid',
      'pending',
      'refused',
      'turnedAway',
      'unknown',
    ]);
  });

  it('is taken for a refusal only by the table, and for turned away only where no order is named', async () => {
    await checkAll((outcome, wire) => {
      if (outcome.kind === 'refused') {
        expect([String(wire.code).trim(), String(wire.msg).trim()]).toContain(outcome.rejection.providerCode);
        expect(Object.keys(REFUSAL_TABLE)).toContain(outcome.rejection.providerCode);
        expect(answer.httpStatus).toBeLessThan(500);
        expect([1, 2, 5]).not.toContain(wire.data?.status);
      }
      if (outcome.kind === 'turnedAway') {
        expect(answer.httpStatus).toBeLessThan(500);
        expect(wire.data?.orderId).not.toBe('order_01');
      }
      expect(outcome.kind).not.toBe('neverSent');
    });
  });

  it('shows our key nowhere, and sends no payer to a script', async () => {
    await checkAll((outcome) => {
      const shown = JSON.stringify([outcome, client.logged.at(-1)], (_name, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      expect(shown).not.toContain(API_KEY);
      expect(shown).not.toMatch(/javascript:|data:text/i);
      expect(shown).not.toMatch(/"(?:url|fallbackUrl|imageUrlPng)":"http:/);
    });
  });
});
