import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFaults } from '../support/gateway/sandbox-faults.js';
import { createPayment, paymentInput } from '../support/graphql-client.js';
import { GatewayProcess } from './gateway-process.js';
import { paymentOnce } from '../support/payment-once.js';

describe('the gateway with nothing but a data folder', () => {
  it('has the payment after kill -9 right after its answer', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'gateway-killed-'));
    const gateway = new GatewayProcess({
      PORT: '0',
      SANDBOX_PORT: '0',
      DATA_DIR: join(dataDir, 'data'),
      MAX_EVENT_LOOP_DELAY_MS: '60000',
    });
    const input = paymentInput();
    const firstUrl = await gateway.start();
    await setFaults({ sandboxUrl: await sandboxOf(firstUrl) }, { webhooks: { drop: ['*'] } });
    const { payment } = await createPayment(firstUrl, input);
    await gateway.kill();

    const url = await gateway.start();

    expect(await paymentOnce(url, input, () => true)).toEqual(payment);
    expect(await createPayment(url, input)).toMatchObject({ replayed: true, payment: { status: 'SUCCEEDED' } });
    await gateway.kill('SIGTERM');
    await rm(dataDir, { recursive: true, force: true });
  });
});

/** As the gateway lists it. */
async function sandboxOf(url: string): Promise<string> {
  const { places } = (await (await fetch(url)).json()) as { places: { address: string }[] };
  return places.find(({ address }) => address.startsWith('http'))?.address ?? '';
}
