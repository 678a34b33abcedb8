import type { ServerResponse } from 'node:http';
import { withChargeBreaker } from '../../../src/clink/charge/charge-breaker.js';
import type { ChargeOutcome } from '../../../src/payments/ports/payment-provider.js';
import { answerJson, startFakeClink, type FakeClink } from '../support/fake-clink.js';
import { chargeRequest, createTestClient, OPEN_DEADLINE } from '../support/test-client.js';

const OPEN_FOR_MS = 100;

describe('the circuit breaker', () => {
  let respond: (response: ServerResponse) => void;
  let clink: FakeClink;
  let nowMs: number;
  const clock = { monotonicNow: () => nowMs };
  const opened: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    clink = await startFakeClink((response) => {
      respond(response);
    });
  });
  beforeEach(() => {
    nowMs = 1_000;
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    for (const client of opened.splice(0)) await client.close();
  });
  afterAll(() => clink.close());

  function openBreaker() {
    const client = createTestClient({ baseUrl: clink.baseUrl });
    opened.push(client);
    const provider = withChargeBreaker(client, {
      clock,
      log: { info: jest.fn(), alarm: jest.fn() },
      openForMs: OPEN_FOR_MS,
    });
    const chargeTimes = async (times: number): Promise<ChargeOutcome[]> => {
      const outcomes: ChargeOutcome[] = [];
      for (let call = 0; call < times; call++) outcomes.push(await provider.charge(chargeRequest(), OPEN_DEADLINE));
      return outcomes;
    };
    return { chargeTimes };
  }

  const down = (response: ServerResponse): void => {
    response.writeHead(503).end('down');
  };
  const paid = (response: ServerResponse): void => {
    answerJson(response, { code: 200, msg: 'success', data: { orderId: 'order_1', status: 1 } });
  };

  it('lets nineteen failures pass and opens with the twentieth', async () => {
    respond = down;
    const { chargeTimes } = openBreaker();
    const before = clink.requests.length;

    const outcomes = await chargeTimes(25);

    expect(clink.requests.length - before).toBe(20);
    expect(outcomes.slice(0, 20).every(({ kind }) => kind === 'unknown')).toBe(true);
    expect(outcomes.slice(20)).toEqual(
      Array(5).fill({ kind: 'neverSent', reason: 'breakerOpen', retryAfterMs: OPEN_FOR_MS }),
    );
  });

  it('closes again once a call gets through', async () => {
    respond = down;
    const { chargeTimes } = openBreaker();
    await chargeTimes(20);
    respond = paid;
    nowMs += OPEN_FOR_MS;

    const outcomes = await chargeTimes(3);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['answered', 'answered', 'answered']);
  });

  const settings: [string, number][] = [
    ['back', -3_600_000],
    ['forward', 3_600_000],
  ];

  it.each(settings)('is open for as long where the wall clock is set %s meanwhile', async (_direction, byMs) => {
    respond = down;
    const { chargeTimes } = openBreaker();
    await chargeTimes(20);
    respond = paid;
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + byMs);

    nowMs += OPEN_FOR_MS - 1;
    const early = await chargeTimes(1);
    nowMs += 1;
    const late = await chargeTimes(2);

    expect([...early, ...late].map(({ kind }) => kind)).toEqual(['neverSent', 'answered', 'answered']);
  });

  const refusals: [string, (response: ServerResponse) => void][] = [
    [
      'refusals',
      (response) => {
        answerJson(response, { code: 90101206, msg: 'amount', data: null });
      },
    ],
    [
      'declines',
      (response) => {
        answerJson(response, { code: 200, data: { orderId: 'order_1', status: 3 } });
      },
    ],
    [
      'refused credentials',
      (response) => {
        response.writeHead(401).end('Unauthorized');
      },
    ],
    [
      'requests to slow down',
      (response) => {
        response.writeHead(429).end();
      },
    ],
  ];

  it.each(refusals)('never counts %s', async (_name, answer) => {
    respond = answer;
    const { chargeTimes } = openBreaker();
    const before = clink.requests.length;
    await chargeTimes(60);
    expect(clink.requests.length - before).toBe(60);
  });

  it('stays closed while fewer than half of the calls fail', async () => {
    let calls = 0;
    respond = (response) => {
      (calls++ % 3 === 0 ? down : paid)(response);
    };
    const { chargeTimes } = openBreaker();
    const outcomes = await chargeTimes(60);
    expect(outcomes.some(({ kind }) => kind === 'neverSent')).toBe(false);
  });
});
