import { systemClock } from '../../src/shared/clock.js';
import { startHttpServer, type RunningServer } from './http-server.fixture.js';
import { openRaw } from './raw-connection.js';

let server: RunningServer;
beforeAll(async () => {
  // A second that does not pass.
  server = await startHttpServer({ clock: { ...systemClock, monotonicNow: () => 0 } });
});
afterAll(() => server.close());

async function sendNonsense(): Promise<string> {
  const raw = await openRaw(server.port);
  raw.send('no HTTP\r\n\r\n');
  return raw.ended();
}

describe('what never becomes a request', () => {
  it('has twenty lines a second in the log, however much of it comes', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, sendNonsense));
    expect(new Set(answers.map((answer) => answer.slice(0, 12)))).toEqual(new Set(['HTTP/1.1 400']));
    const logged = server.lines.filter(({ msg }) => msg === 'broken request');
    expect(logged).toHaveLength(20);
  });
});
