import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFaults } from '../support/gateway/sandbox-faults.js';
import { createPayment, paymentInput } from '../support/graphql-client.js';
import { GatewayProcess } from '../support/gateway/gateway-process.js';
import { paymentOnce } from '../support/payment-once.js';

describe('the gateway with nothing but a data folder', () => {
  it('has the payment after kill -9 right after its answer', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'gateway-killed-'));
    const gateway = new GatewayProcess({ env: { DATA_DIR: join(dataDir, 'data') } });
    const input = paymentInput();
    await gateway.start();
    await setFaults(gateway, { webhooks: { drop: ['*'] } });
    const { payment } = await createPayment(gateway.url, input);
    await gateway.kill();

    await gateway.start();

    expect(await paymentOnce(gateway.url, input, () => true)).toEqual(payment);
    expect(await createPayment(gateway.url, input)).toMatchObject({ replayed: true, payment: { status: 'SUCCEEDED' } });
    await gateway.kill('SIGTERM');
    await rm(dataDir, { recursive: true, force: true });
  });
});
