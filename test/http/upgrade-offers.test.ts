import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { listenForUpgrades, type UpgradeDeps } from '../../src/http/subscriptions/upgrade.js';
import { openRaw, requestText } from './raw-connection.js';

let server: Server;
let connection: Socket | null = null;
/** On this connection. */
let answers = 0;
beforeAll(async () => {
  server = createServer((_request, response) => response.end(`answer ${(answers += 1)}.`));
  server.on('connection', (socket: Socket) => {
    if (socket !== connection) answers = 0;
    connection = socket;
  });
  listenForUpgrades(server, { isResponseDue: () => false } as unknown as UpgradeDeps);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const OFFER = requestText('GET /', { Connection: 'Upgrade', Upgrade: 'h2c' });

/** How many listeners the connection has after as many offers of HTTP/2 on it as are given. */
async function listenersAfter(offers: number): Promise<Record<string, number>> {
  const raw = await openRaw((server.address() as AddressInfo).port);
  for (let sent = 1; sent <= offers; sent += 1) {
    raw.send(OFFER);
    await raw.saw(`answer ${sent}.`);
  }
  const names = connection?.eventNames() ?? [];
  const counts = names.map((name) => [String(name), connection?.listenerCount(name) ?? 0] as const);
  raw.destroy();
  return Object.fromEntries(counts);
}

describe('a connection on which HTTP/2 is offered again and again', () => {
  it('carries no more for nine offers than for two', async () => {
    expect(await listenersAfter(9)).toEqual(await listenersAfter(2));
  });
});
