import { startHttpServer, type RunningServer } from './http-server.fixture.js';
import { openRaw, requestText } from './raw-connection.js';

const CUT_OFF = 'requests cut off by the end of the grace period';
const PROBE = requestText('GET /livez');
const OFFER = requestText('GET /livez', { Connection: 'Upgrade', Upgrade: 'h2c' });
const slow = requestText('POST /graphql', { 'Content-Type': 'application/json' }, '{"query":"{ slow }"}');

/** Shuts the server down, and tells whether anything was still held for a request. */
async function isAnythingHeld(server: RunningServer): Promise<boolean> {
  await server.close();
  return server.lines.some(({ msg }) => msg === CUT_OFF);
}

describe('requests sent one behind the other', () => {
  it('are let go of when their connection breaks before it was their turn', async () => {
    const server = await startHttpServer({ shutdownGraceMs: 1_000 });
    const raw = await openRaw(server.port);
    raw.send(slow + PROBE.repeat(5));
    await server.slowBegan;
    raw.destroy();
    await raw.ended();
    server.finishSlow();
    expect(await isAnythingHeld(server)).toBe(false);
  });

  it('are dropped with their connection when one offers another protocol before the others are answered', async () => {
    const server = await startHttpServer({ shutdownGraceMs: 1_000 });
    const raw = await openRaw(server.port);
    raw.send(OFFER.repeat(5));
    await raw.ended();
    expect(await isAnythingHeld(server)).toBe(false);
  });
});
