import { usePostgres } from '../store/support/test-stores.js';
import { createPayment, findByKey, paymentInput } from '../support/graphql-client.js';
import { setFaults } from '../support/gateway/sandbox-faults.js';
import { startGatewayProgram } from './program.js';

describe('a gateway that gets a signal while a payment is on its way', () => {
  const server = usePostgres();

  async function startPaying() {
    const gateway = await startGatewayProgram({ env: { DATABASE_URL: await server().createDatabase() } });
    await setFaults(gateway, { payments: { delayAnswerMs: 1_500 } });
    const input = paymentInput();
    const answer = createPayment(gateway.url, input);
    while ((await findByKey(gateway.url, input.idempotencyKey)) === null);
    return { ...gateway, answer };
  }

  it.each([
    { signals: ['SIGTERM'] },
    { signals: ['SIGINT'] },
    { signals: ['SIGUSR2'] },
    { signals: ['SIGINT', 'SIGTERM'] },
    { signals: ['SIGTERM', 'SIGHUP', 'SIGUSR2'] },
  ] as const)('answers it and ends, after $signals', async ({ signals }) => {
    const { answer, child, ended } = await startPaying();

    for (const signal of signals) child.kill(signal);

    expect(await answer).toMatchObject({ payment: { status: 'SUCCEEDED' } });
    expect(await ended).toBe(0);
  });

  it('goes on after SIGHUP where there is no terminal that could have been closed', async () => {
    const { answer, child, ended, url } = await startPaying();

    child.kill('SIGHUP');

    expect(await answer).toMatchObject({ payment: { status: 'SUCCEEDED' } });
    expect(await createPayment(url, paymentInput())).toMatchObject({ payment: { status: 'SUCCEEDED' } });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});
