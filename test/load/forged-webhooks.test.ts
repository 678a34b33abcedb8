import { systemClock } from '../../src/shared/clock.js';
import { createWebhookReceiver } from '../../src/webhooks/receive-webhook.js';
import { MemoryWebhookInbox } from '../support/memory-webhook-inbox.js';

const FORGED = {
  'x-clink-timestamp': '1785936115000',
  'x-clink-signature': 'f'.repeat(64),
  'x-clink-signtype': 'SHA256',
};

describe('a flood of forged webhooks', () => {
  it('has twenty lines a second of each reason in the log, and all are refused', async () => {
    const logged: [string, unknown][] = [];
    const log = {
      info: (event: string, details: unknown) => void logged.push([event, details]),
      alarm: (event: string, details: unknown) => void logged.push([event, details]),
    };
    let nowMs = 0;
    const clock = { ...systemClock, monotonicNow: () => nowMs };
    const receive = createWebhookReceiver({ secrets: () => ['whsec_a'], inbox: new MemoryWebhookInbox(), clock, log });
    const statuses = new Set<number>();
    const flood = async (headers: Record<string, string>, count: number) => {
      for (let sent = 0; sent < count; sent += 1) statuses.add((await receive(Buffer.from('{}'), headers)).status);
    };

    await flood(FORGED, 100);
    await flood({}, 50);
    expect(logged).toHaveLength(40);
    nowMs = 1_000;
    await flood(FORGED, 1);
    expect(logged.slice(40)).toEqual([
      ['webhooks.refused', { signatureWrong: 80, timestampMissing: 30 }],
      ['webhook.refused', { reason: 'signatureWrong' }],
    ]);
    expect([...statuses].sort()).toEqual([400, 401]);
  });
});
