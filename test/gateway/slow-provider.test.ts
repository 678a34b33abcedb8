import type { ServerResponse } from 'node:http';
import { answerJson, startFakeClink, type FakeClink } from '../clink/support/fake-clink.js';
import { startGateway, type Gateway } from '../support/gateway/gateway.js';
import { createPayment, paymentInput } from '../support/graphql-client.js';

const CONNECTIONS = 2;
const PAYMENTS = 6;

describe('more payments than connections, at a provider that answers none of them in time', () => {
  const held: ServerResponse[] = [];
  let clink: FakeClink;
  let gateway: Gateway;
  let charges = 0;
  let isSlow = true;

  beforeAll(async () => {
    clink = await startFakeClink((response, { method }) => {
      if (method === 'POST' && isSlow) held.push(response);
      else answerJson(response, { code: 200, data: { orderId: `order_${++charges}`, status: 1 } });
    });
    gateway = await startGateway({
      env: {
        ...{ CLINK_API_KEY: 'sk_test_of_a_slow_provider', CLINK_BASE_URL: clink.baseUrl, CLINK_TIMEOUT_MS: '60000' },
        CLINK_MAX_CONNECTIONS: String(CONNECTIONS),
      },
    });
  });
  afterAll(async () => {
    await gateway.close();
    await clink.close();
  });

  const sentPayments = () => clink.requests.filter(({ method }) => method === 'POST').length;

  it('are told at the time to send that they were not, are never sent afterwards, and pay with the same keys', async () => {
    const inputs = Array.from({ length: PAYMENTS }, () => paymentInput());
    const answers = inputs.map((input) => createPayment(gateway.url, input));
    const waitingForConnection = await firstOf(answers, PAYMENTS - CONNECTIONS);

    expect(waitingForConnection).toEqual(
      Array(PAYMENTS - CONNECTIONS).fill(
        expect.objectContaining({ __typename: 'ProviderUnavailable', retry: 'RETRY_SAME_KEY' }),
      ),
    );
    expect(held).toHaveLength(CONNECTIONS);

    isSlow = false;
    for (const response of held)
      answerJson(response, { code: 200, data: { orderId: `order_${++charges}`, status: 1 } });
    await Promise.all(answers);
    expect(sentPayments()).toBe(CONNECTIONS);

    const again = await Promise.all(inputs.map((input) => createPayment(gateway.url, input)));
    expect(again.map(({ payment }) => payment.status)).toEqual(Array(PAYMENTS).fill('SUCCEEDED'));
    expect(sentPayments()).toBe(PAYMENTS);
  });
});

/** The first of them to be answered. */
function firstOf<T>(answers: readonly Promise<T>[], count: number): Promise<T[]> {
  const first: T[] = [];
  return new Promise((resolve, reject) => {
    const add = (answer: T): void => {
      first.push(answer);
      if (first.length === count) resolve(first);
    };
    for (const answer of answers) answer.then(add, reject);
  });
}
