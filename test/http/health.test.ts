import { readFileSync } from 'node:fs';
import type { Clock } from '../../src/shared/clock.js';
import { systemClock } from '../../src/shared/clock.js';
import { startHttpServer } from './http-server.fixture.js';
import type { HttpServerOptions } from './http-server.options.js';

async function ask(path: string, options: HttpServerOptions = {}) {
  const server = await startHttpServer(options);
  const response = await fetch(`${server.url}${path}`);
  const answer = { status: response.status, body: await response.json() };
  await server.close();
  return { ...answer, lines: server.lines };
}

describe('/livez', () => {
  it('answers 200 whatever the store says', async () => {
    const { status, body } = await ask('/livez', { assertReady: () => Promise.reject(new Error('down')) });
    expect({ status, body }).toEqual({ status: 200, body: { status: 'alive' } });
  });
});

describe('/readyz', () => {
  it('answers 200 when payments can be taken', async () => {
    const { status, body } = await ask('/readyz');
    expect({ status, body }).toEqual({ status: 200, body: { status: 'ready' } });
  });

  it('answers 503 when they can not, and tells the details to the log only', async () => {
    const refused = new Error('connect to postgres://gateway:hunter2@db refused');
    const { status, body, lines } = await ask('/readyz', { assertReady: () => Promise.reject(refused) });
    const reason = 'a part that payments need is not available';
    expect({ status, body }).toEqual({ status: 503, body: { status: 'unavailable', reason } });
    expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', msg: 'not ready' }));
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('asks the store once for all who ask within a quarter of a second', async () => {
    let nowMs = 0;
    let asked = 0;
    const server = await startHttpServer({
      clock: { ...systemClock, monotonicNow: () => nowMs },
      assertReady: () => {
        asked += 1;
        return asked === 1 ? Promise.resolve() : Promise.reject(new Error('gone'));
      },
    });
    const statuses = async (count: number) =>
      Promise.all(Array.from({ length: count }, async () => (await fetch(`${server.url}/readyz`)).status));

    expect(await statuses(20)).toEqual(Array(20).fill(200));
    nowMs = 249;
    expect(await statuses(1)).toEqual([200]);
    expect(asked).toBe(1);
    nowMs = 250;
    expect(await statuses(20)).toEqual(Array(20).fill(503));
    expect(asked).toBe(2);
    await server.close();
  });

  it('answers 503 when it takes longer than two seconds to find out', async () => {
    const slept: number[] = [];
    const clock: Clock = { ...systemClock, sleep: (durationMs) => Promise.resolve(void slept.push(durationMs)) };
    const never = new Promise<void>(() => undefined);
    const { status, body } = await ask('/readyz', { assertReady: () => never, clock });
    const reason = 'a part that payments need did not answer in time';
    expect({ status, body }).toEqual({ status: 503, body: { status: 'unavailable', reason } });
    expect(slept[0]).toBe(2_000);
  });
});

describe('docs/running.md', () => {
  it('tells every answer of both', () => {
    const page = readFileSync('docs/running.md', 'utf8');
    const source = readFileSync('src/http/handlers/health.handler.ts', 'utf8');
    const reasons = [...source.matchAll(/(?:notReady\(|trouble: |\? )'([^']+)'/g)].map(([, reason]) => reason);
    expect(reasons).toHaveLength(3);
    for (const reason of reasons) expect(page).toContain(`- \`${reason ?? ''}\`: `);
    for (const body of ['{"status":"alive"}', '{"status":"ready"}']) expect(page).toContain(body);
  });
});
