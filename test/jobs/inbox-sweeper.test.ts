import { createInboxSweeper } from '../../src/jobs/inbox-sweeper.js';
import type { OperatorLog } from '../../src/payments/ports/operator-log.js';
import type { InboxEvent } from '../../src/payments/ports/webhook-inbox.js';
import type { Clock } from '../../src/shared/clock.js';
import { systemClock } from '../../src/shared/clock.js';
import { MemoryWebhookInbox } from '../support/memory-webhook-inbox.js';

const event: InboxEvent = {
  id: 'event_1',
  type: 'order.succeeded',
  occurredAtMs: 1,
  receivedAtMs: 2,
  match: { orderId: null, gatewayPaymentId: 'pay_1', merchantReferenceId: null },
  update: {
    ...{ state: 'SUCCEEDED', source: 'WEBHOOK', providerTimeMs: 1, detail: null },
    ...{ eventId: 'pev_1', dedupeKey: 'webhook:event_1', fields: {} },
  },
  asksLookup: false,
};

/** Shows each pause of the sweeper, and ends it when the test says so. */
class SteppedClock implements Clock {
  readonly now = systemClock.now;
  readonly monotonicNow = systemClock.monotonicNow;
  readonly pausesMs: number[] = [];
  private goOn: () => void = () => undefined;
  private announce: () => void = () => undefined;

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    this.pausesMs.push(durationMs);
    this.announce();
    return new Promise((resolve) => {
      this.goOn = resolve;
      signal?.addEventListener('abort', () => {
        resolve();
      });
    });
  }

  /** Ends the pause, and resolves when the next begins. */
  step(): Promise<void> {
    const next = this.nextPause();
    this.goOn();
    return next;
  }

  nextPause(): Promise<void> {
    return new Promise((resolve) => (this.announce = resolve));
  }
}

describe('the inbox sweeper', () => {
  let inbox: MemoryWebhookInbox;
  let clock: SteppedClock;
  let logged: unknown[];
  let log: OperatorLog;
  beforeEach(async () => {
    inbox = new MemoryWebhookInbox();
    await inbox.receive(event);
    clock = new SteppedClock();
    logged = [];
    const write = (...entry: unknown[]): void => void logged.push(entry);
    log = { info: write, alarm: write };
  });

  it('sweeps at once and again after each pause, and tells what it gave', async () => {
    const sweeper = createInboxSweeper({ inbox, clock, log, intervalMs: 777 });
    const paused = clock.nextPause();
    sweeper.start();
    await paused;
    expect(logged).toEqual([]);
    inbox.addPayment({ id: 'pay_1' });

    await clock.step();
    await clock.step();

    expect(inbox.payment('pay_1').state).toBe('SUCCEEDED');
    expect(logged).toEqual([['inbox.swept', { given: 1 }]]);
    expect(clock.pausesMs).toEqual([777, 777, 777]);
    await sweeper.close();
  });

  it('goes on after a sweep that failed', async () => {
    inbox.goDown();
    const sweeper = createInboxSweeper({ inbox, clock, log, intervalMs: 777 });
    const paused = clock.nextPause();
    sweeper.start();
    await paused;
    expect(logged).toEqual([['job.failed', { job: 'inbox-sweeper', error: 'the test took it down' }]]);
    inbox.addPayment({ id: 'pay_1' });
    inbox.comeUp();

    await clock.step();

    expect(inbox.payment('pay_1').state).toBe('SUCCEEDED');
    await sweeper.close();
  });

  it('begins no sweep after it was closed', async () => {
    const sweeper = createInboxSweeper({ inbox, clock, log, intervalMs: 777 });
    const paused = clock.nextPause();
    sweeper.start();
    await paused;
    inbox.addPayment({ id: 'pay_1' });

    await sweeper.close();

    expect(inbox.payment('pay_1').state).toBe('PROCESSING');
    expect(clock.pausesMs).toEqual([777]);
  });
});
