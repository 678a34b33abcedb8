import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { answerJson, startFakeClink, type FakeClink } from '../clink/support/fake-clink.js';
import { usePostgres } from '../store/support/test-stores.js';
import { payPatiently } from './patient-payer.js';
import { startGateway, type Gateway } from '../support/gateway/gateway.js';
import { ownInput } from '../support/graphql-client.js';

/** What is worked on at a time here; a flood that waits would fill it. */
const MAX_IN_FLIGHT = 30;
const MOST_WAITING = 5;
const CALLS_AT_ONCE = 10;
const HELD = 'pi_held';

const postgres = usePostgres();
let clink: FakeClink;
let gateway: Gateway<'tokens'>;
/** The provider's answer that the test holds back. */
let heldAnswer: ServerResponse | null = null;
beforeAll(async () => {
  clink = await startFakeClink((response, { body }) => {
    if (body.includes(HELD)) heldAnswer = response;
    else answerPaid(response);
  });
  gateway = await startGateway({
    with: ['tokens'],
    databaseUrl: await postgres().createDatabase(),
    env: {
      ...{ NODE_ENV: 'production', CLINK_BASE_URL: clink.baseUrl },
      ...{ CLINK_API_KEY: 'sk_test_of_a_fake', CLINK_WEBHOOK_SECRETS: 'whsec_of_a_fake_one' },
      // Longer than the test on any machine: what waits here waits until the provider answers.
      ...{ IN_FLIGHT_WAIT_MS: '20000', CLINK_TIMEOUT_MS: '60000' },
      ...{ MAX_IN_FLIGHT: String(MAX_IN_FLIGHT), MAX_REPLAYS_PER_PERSON: String(MOST_WAITING) },
    },
  });
});
afterAll(async () => {
  await gateway.close();
  await clink.close();
});

let answered = 0;

function answerPaid(response: ServerResponse): void {
  answered += 1;
  const orderId = `order_${answered}`;
  answerJson(response, { code: 200, msg: 'success', data: { orderId, status: 1, amount: 19.99, currency: 'USD' } });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await nextTurn();
}

it('one person’s calls with one key leave others their places, and charge once when they come again as told', async () => {
  const alice = gateway.issuer.token({ sub: 'alice' });
  const bob = gateway.issuer.token({ sub: 'bob' });
  const input = ownInput({ paymentInstrumentId: HELD });
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- results are reached into by path
  const answers: any[] = [];
  const call = async () => answers.push(await gateway.pay(alice, input));
  const calls = [call()];
  await until(() => heldAnswer !== null);

  for (let sent = 0; sent < 2 * MAX_IN_FLIGHT; sent += CALLS_AT_ONCE) {
    calls.push(...Array.from({ length: CALLS_AT_ONCE }, call));
    await until(() => answers.length >= sent + CALLS_AT_ONCE - MOST_WAITING);
  }
  const refused = [...answers];
  const others = await Promise.all(Array.from({ length: 5 }, () => payPatiently(gateway, bob)));
  if (heldAnswer !== null) answerPaid(heldAnswer);
  await Promise.all(calls);
  const again = await Promise.all(refused.slice(0, MOST_WAITING).map(() => gateway.pay(alice, input)));

  expect(others.map(({ payment }) => payment.status)).toEqual(others.map(() => 'SUCCEEDED'));
  expect(refused).toHaveLength(2 * MAX_IN_FLIGHT - MOST_WAITING);
  for (const { __typename, code, retry, tryAgainAt } of refused) {
    expect({ __typename, code, retry }).toEqual({
      ...{ __typename: 'RateLimited', code: 'RATE_LIMITED', retry: 'RETRY_SAME_KEY' },
    });
    expect(Date.parse(tryAgainAt as string)).toBeGreaterThan(0);
  }
  const paid = answers.slice(refused.length);
  expect(new Set([...paid, ...again].map(({ payment }) => payment.id)).size).toBe(1);
  expect(again.every(({ replayed, payment }) => replayed && payment.status === 'SUCCEEDED')).toBe(true);
  expect(clink.requests.filter(({ body }) => body.includes(HELD))).toHaveLength(1);
});
