import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Pays at once, so that the gateway alone is measured. Resolves with its base URL. */
export async function startInstantProvider(): Promise<{ readonly baseUrl: string; close(): void }> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      const data = { orderId: `order_${randomUUID()}`, status: 1, amount: 19.99, currency: 'USD' };
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ code: 200, msg: 'success', data }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
