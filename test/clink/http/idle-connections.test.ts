import type { Socket } from 'node:net';
import { systemClock } from '../../../src/shared/clock.js';
import { PAID, rawAnswer, startSocketServer, type FakeSocketServer } from '../support/fake-clink.js';
import { chargeRequest, createTestClient, OPEN_DEADLINE, type TestClient } from '../support/test-client.js';

const PAID_CHARGE = { kind: 'answered', answer: { state: 'paid' } };
/** More than the least in use, and less than the 4 s for which undici keeps a connection by default. */
const PROVIDER_KEEPS_MS = 3_000;

describe.each([
  ['a provider that promises nothing', ''],
  ['a provider that promises more than it keeps', 'keep-alive: timeout=60\r\n'],
  ['a provider whose promise undici shortens to nothing', 'keep-alive: timeout=1\r\n'],
])('an idle connection to %s', (_name, promise) => {
  const closedBy: string[] = [];
  let connections = 0;
  let server: FakeSocketServer;
  let client: TestClient;

  beforeAll(async () => {
    server = await startSocketServer(answerAndForget, () => void (connections += 1));
    client = createTestClient({ baseUrl: server.baseUrl });
  });
  afterAll(async () => {
    await client.close();
    await server.close();
  });

  function answerAndForget(socket: Socket): void {
    socket.write(rawAnswer(PAID).replace('\r\n\r\n', `\r\n${promise}\r\n`));
    const forget = setTimeout(() => {
      closedBy.push('provider');
      socket.destroy();
    }, PROVIDER_KEEPS_MS);
    socket.once('end', () => {
      clearTimeout(forget);
      closedBy.push('gateway');
    });
  }

  it('is closed by the gateway first, so that the next charge has a fresh one', async () => {
    expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toMatchObject(PAID_CHARGE);
    while (closedBy.length === 0) await systemClock.sleep(5);
    expect(closedBy).toEqual(['gateway']);

    expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toMatchObject(PAID_CHARGE);
    expect(connections).toBe(2);
  });
});

it('a connection is used again for charges that follow each other', async () => {
  let connections = 0;
  const server = await startSocketServer(
    (socket) => socket.write(rawAnswer(PAID)),
    () => void (connections += 1),
  );
  const client = createTestClient({ baseUrl: server.baseUrl });
  for (let charge = 0; charge < 5; charge++)
    expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toMatchObject(PAID_CHARGE);

  expect(connections).toBeLessThan(5);
  await client.close();
  await server.close();
});
