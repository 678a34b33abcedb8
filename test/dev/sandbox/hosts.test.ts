import type { Sandbox } from '../../../src/dev/sandbox/sandbox.js';
import { openRaw, requestText } from '../../http/raw-connection.js';
import { ledgerOf, pay, startTestSandbox } from './sandbox-harness.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());

async function answerTo(line: string, host: string): Promise<string> {
  const raw = await openRaw(Number(new URL(sandbox.url).port));
  raw.send(requestText(line, { Host: host, Connection: 'close' }));
  return raw.ended();
}

describe('the sandbox', () => {
  it.each(['127.0.0.1', 'localhost:4010', '[::1]:4010'])('answers to %s', async (host) => {
    expect(await answerTo('GET /sandbox/ledger', host)).toContain('HTTP/1.1 200 OK');
  });

  it.each([
    ['evil.example', 'GET /sandbox/ledger'],
    ['evil.example:4010', 'DELETE /sandbox/ledger'],
    ['127.0.0.1.evil.example', 'PUT /sandbox/faults'],
    ['evil.example', 'GET /pay/whatever'],
  ])('does not answer to %s, whose pages would be of its own origin: %s', async (host, line) => {
    const { total } = await ledgerOf(sandbox);
    await pay(sandbox);
    const answer = await answerTo(line, host);
    expect(answer).toContain('HTTP/1.1 421 Misdirected Request');
    expect(answer).toContain('The sandbox answers to names of this machine only: call it as localhost or 127.0.0.1.');
    expect((await ledgerOf(sandbox)).total).toBe(total + 1);
  });
});
