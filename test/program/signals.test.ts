import { usePostgres } from '../store/support/test-stores.js';
import { createPayment, findByKey, paymentInput } from '../support/graphql-client.js';
import { setFaults } from '../support/gateway/sandbox-faults.js';
import { GatewayProcess } from '../support/gateway/gateway-process.js';

describe('a gateway that gets a signal while a payment is on its way', () => {
  const server = usePostgres();

  async function startPaying() {
    const env = { DATABASE_URL: await server().createDatabase() };
    const gateway = await new GatewayProcess({ env }).start();
    await setFaults(gateway, { payments: { delayAnswerMs: 1_500 } });
    const input = paymentInput();
    const answer = createPayment(gateway.url, input);
    while ((await findByKey(gateway.url, input.idempotencyKey)) === null);
    return { gateway, answer };
  }

  it.each([
    { signals: ['SIGTERM'] },
    { signals: ['SIGINT'] },
    { signals: ['SIGUSR2'] },
    { signals: ['SIGINT', 'SIGTERM'] },
    { signals: ['SIGTERM', 'SIGHUP', 'SIGUSR2'] },
  ] as const)('answers it and ends, after $signals', async ({ signals }) => {
    const { gateway, answer } = await startPaying();

    for (const signal of signals) gateway.send(signal);

    expect(await answer).toMatchObject({ payment: { status: 'SUCCEEDED' } });
    expect(await gateway.ended).toBe(0);
  });

  it('goes on after SIGHUP where there is no terminal that could have been closed', async () => {
    const { gateway, answer } = await startPaying();

    gateway.send('SIGHUP');

    expect(await answer).toMatchObject({ payment: { status: 'SUCCEEDED' } });
    expect(await createPayment(gateway.url, paymentInput())).toMatchObject({ payment: { status: 'SUCCEEDED' } });
    gateway.send('SIGTERM');
    expect(await gateway.ended).toBe(0);
  });
});
