import { PAID, rawAnswer, startSocketServer, type FakeSocketServer } from '../support/fake-clink.js';
import { chargeRequest, createTestClient, OPEN_DEADLINE, type TestClient } from '../support/test-client.js';

describe('charges that share a connection', () => {
  let server: FakeSocketServer;
  let client: TestClient;
  const begun: number[] = [];

  beforeAll(async () => {
    server = await startSocketServer((socket, requestNumber) => {
      begun.push(requestNumber);
      if (requestNumber === 2) socket.resetAndDestroy();
      else socket.write(rawAnswer(PAID));
    });
    client = createTestClient({ baseUrl: server.baseUrl, connections: 1 });
  });
  afterAll(async () => {
    await client.close();
    await server.close();
  });

  it('are on it one at a time: a reset takes its own request only, the next is sent once and answered', async () => {
    const charge = () => client.charge(chargeRequest(), OPEN_DEADLINE);
    const kept = await charge();

    const [reset, next] = await Promise.all([charge(), charge()]);

    expect([kept.kind, reset, next.kind]).toEqual([
      ...['answered', { kind: 'unknown', reason: 'connectionLost', orderId: null }, 'answered'],
    ]);
    expect(begun).toEqual([1, 2, 3]);
  });
});
