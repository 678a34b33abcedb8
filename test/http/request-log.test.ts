import pino from 'pino';
import { createRequestLog } from '../../src/http/transport/request-log.js';
import { systemClock } from '../../src/shared/clock.js';

function watchedLog() {
  const lines: string[] = [];
  let nowMs = 0;
  const log = pino({ base: null, timestamp: false }, { write: (line) => void lines.push(line) });
  const clock = { ...systemClock, monotonicNow: () => nowMs };
  const logRequest = createRequestLog({ healthPaths: new Set(['/livez']), clock, log });
  return {
    request: (status: number | null, path = '/graphql') => {
      logRequest({ requestId: 'req_1', method: 'GET', path, status, durationMs: 1 });
    },
    later: (ms: number) => void (nowMs += ms),
    messages: () => lines.map((line) => (JSON.parse(line) as { msg: string }).msg),
    last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>,
  };
}

const FLOOD = Array.from({ length: 1_000 });

describe('the log of requests', () => {
  it('has a line for each that was answered, however many there are', () => {
    const { request, messages } = watchedLog();
    for (const status of [200, 500, null]) FLOOD.forEach(() => request(status));
    expect(messages()).toEqual(Array(3_000).fill('request'));
  });

  it('counts the refusals of a flood, by status', () => {
    const { request, later, messages, last } = watchedLog();
    FLOOD.forEach(() => {
      request(401);
      request(404);
      request(503);
    });
    request(400);
    expect(messages()).toEqual(Array(61).fill('request'));
    later(1_000);
    request(200, '/livez');
    expect(last()).toEqual({ level: 40, byStatus: { 401: 980, 404: 980, 503: 980 }, msg: 'requests.refused' });
  });

  it('begins anew each second, and says nothing of a second in which all were logged', () => {
    const { request, later, messages } = watchedLog();
    for (let second = 0; second < 3; second += 1) {
      for (let count = 0; count < 20; count += 1) request(401);
      later(1_000);
    }
    expect(messages()).toEqual(Array(60).fill('request'));
  });

  it('shows nothing of what a path spells with percent signs, and stays on one line', () => {
    const { request, last } = watchedLog();
    request(200, '/x/%0A%22/sk%5Ftest_secret123');
    expect(last().path).toBe('/x/\n"/[redacted]');
    request(200, `/x/${'%20'.repeat(5_000)}sk%5Ftest_secret123`);
    expect(last().path).toBe(`/x/${' '.repeat(197)}…`);
  });

  it('leaves out probes while all is well', () => {
    const { request, messages } = watchedLog();
    request(200, '/livez');
    request(503, '/readyz');
    expect(messages()).toEqual(['request']);
  });
});
