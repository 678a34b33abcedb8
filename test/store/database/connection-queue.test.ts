import { StoreBusyError } from '../../../src/payments/model/errors.js';
import {
  createConnectionQueue,
  NoConnectionError,
  type ConnectionQueue,
  type ConnectionQueueOptions,
  type Urgency,
} from '../../../src/store/database/connection-queue.js';

describe('the queue for connections', () => {
  it('lets what is owed go before claims and claims before reads, whoever came earlier', async () => {
    const { queue } = newQueue({ connections: 1 });
    const order: string[] = [];
    const first = holdConnection(queue, 'read');
    const rest = (['read', 'claim', 'read', 'owed', 'claim', 'owed'] as const).map((urgency, index) =>
      queue.run(urgency, () => Promise.resolve(order.push(`${urgency} ${index}`))),
    );
    first.finish();
    await Promise.all([first.done, ...rest]);
    expect(order).toEqual(['owed 3', 'owed 5', 'claim 1', 'claim 4', 'read 0', 'read 2']);
  });

  it('keeps connections for what is owed, however many claim and read', async () => {
    const { queue } = newQueue({ connections: 3, keptForOwed: 1, mostReading: 3 });
    const held = (['read', 'claim', 'claim', 'read', 'claim'] as const).map((urgency) =>
      holdConnection(queue, urgency),
    );
    expect(await queue.run('owed', () => Promise.resolve('written'))).toBe('written');
    expect(held.map(({ begun }) => begun())).toEqual([true, true, false, false, false]);
    for (const { finish } of held) finish();
    await Promise.all(held.map(({ done }) => done));
  });

  it('keeps connections for claims, however many read', async () => {
    const { queue } = newQueue({ connections: 4, keptForOwed: 1, mostReading: 2 });
    const reads = Array.from({ length: 5 }, () => holdConnection(queue, 'read'));
    expect(await queue.run('claim', () => Promise.resolve('claimed'))).toBe('claimed');
    expect(reads.map(({ begun }) => begun())).toEqual([true, true, false, false, false]);
    for (const { finish } of reads) finish();
    await Promise.all(reads.map(({ done }) => done));
  });

  it('refuses a read at once where as many wait as may, and nothing else', async () => {
    const { queue } = newQueue({ connections: 1 });
    const reads = Array.from({ length: 1 + MOST_READS_WAITING }, () => holdConnection(queue, 'read'));
    const refused = holdConnection(queue, 'read');
    await expect(refused.done).rejects.toBeInstanceOf(StoreBusyError);
    const others = [holdConnection(queue, 'claim'), holdConnection(queue, 'owed')];
    for (const { finish } of [...reads, ...others]) finish();
    await Promise.all([...reads, ...others].map(({ done }) => done));
    expect(refused.begun()).toBe(false);
    expect(await queue.run('read', () => Promise.resolve('read'))).toBe('read');
  });

  it('gives up after a bounded time with nothing done, and lends the connection to the next', async () => {
    const { queue, pass } = newQueue({ connections: 1 });
    const first = holdConnection(queue, 'claim');
    const late = holdConnection(queue, 'claim');
    const gaveUp = expect(late.done).rejects.toBeInstanceOf(StoreBusyError);
    pass(WAIT_MS.claim);
    await gaveUp;
    first.finish();
    await first.done;
    expect(await queue.run('claim', () => Promise.resolve('done'))).toBe('done');
    expect(late.begun()).toBe(false);
  });

  it('lends the connection of work that failed', async () => {
    const { queue } = newQueue({ connections: 1 });
    await expect(queue.run('claim', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await queue.run('claim', () => Promise.resolve('done'))).toBe('done');
  });

  describe('where there are fewer connections than it may lend', () => {
    function newRefused(times: number): { readonly work: () => Promise<string>; tries(): number } {
      let tries = 0;
      const work = (): Promise<string> => {
        tries += 1;
        return tries <= times ? Promise.reject(new NoConnectionError('no more')) : Promise.resolve('done');
      };
      return { work, tries: () => tries };
    }

    it('lets work wait until another gives its connection back, and those who come later behind it', async () => {
      const { queue } = newQueue({ connections: 10 });
      const held = [holdConnection(queue, 'claim'), holdConnection(queue, 'claim')];
      const { work, tries } = newRefused(1);
      const refused = queue.run('claim', work);
      const later = holdConnection(queue, 'claim');
      await recorded();
      later.finish();
      await later.done;
      const last = holdConnection(queue, 'claim');
      expect([tries(), last.begun()]).toEqual([1, false]);

      held[0]?.finish();

      expect(await refused).toBe('done');
      await recorded();
      expect(last.begun()).toBe(true);
      for (const { finish } of [...held, last]) finish();
    });

    it('keeps one for what is owed as long as there are two', async () => {
      const { queue } = newQueue({ connections: 10, keptForOwed: 2, mostReading: 5 });
      const held = [holdConnection(queue, 'claim'), holdConnection(queue, 'claim')];
      const { work, tries } = newRefused(1);
      const refused = queue.run('claim', work);
      await recorded();
      held[0]?.finish();
      await held[0]?.done;

      expect(await queue.run('owed', () => Promise.resolve('written'))).toBe('written');

      expect(tries()).toBe(1);
      held[1]?.finish();
      expect(await refused).toBe('done');
    });

    it('asks for one now and then where there is none, one at a time, and gives up in time', async () => {
      const { queue, pass } = newQueue({ connections: 10 });
      const works = [newRefused(Infinity), newRefused(Infinity)];
      const gaveUp = Promise.all(
        works.map(({ work }) => expect(queue.run('claim', work)).rejects.toBeInstanceOf(StoreBusyError)),
      );
      const tries = (): number => works.reduce((total, work) => total + work.tries(), 0);
      await recorded();
      const asked = [tries()];
      for (let passedMs = 0; passedMs < WAIT_MS.claim; passedMs += 100) {
        pass(100);
        await recorded();
        asked.push(tries());
      }
      await gaveUp;

      expect(Math.max(...asked.slice(1).map((total, index) => total - (asked[index] ?? 0)))).toBe(1);
      expect(asked.at(-1)).toBeGreaterThan(10);
    });

    it('lends more again after a while', async () => {
      const { queue, pass } = newQueue({ connections: 10 });
      const held = holdConnection(queue, 'owed');
      const refused = expect(queue.run('claim', newRefused(1).work)).rejects.toBeInstanceOf(StoreBusyError);
      await recorded();
      pass(9_999);
      await refused;
      const early = holdConnection(queue, 'owed');
      pass(1);
      const late = holdConnection(queue, 'claim');
      await recorded();

      expect([early.begun(), late.begun()]).toEqual([false, true]);
      for (const { finish } of [held, late, early]) finish();
    });
  });

  it('is congested while a claim has waited for long, or too many wait', async () => {
    const { queue, pass } = newQueue({ connections: 1 });
    const held = Array.from({ length: 2 }, () => holdConnection(queue, 'claim'));
    const verdicts = [queue.isCongested()];
    pass(1_499);
    verdicts.push(queue.isCongested());
    pass(1);
    verdicts.push(queue.isCongested());
    held.push(...Array.from({ length: 200 }, () => holdConnection(queue, 'owed')));
    for (const { finish } of held) finish();
    await Promise.all(held.map(({ done }) => done));
    verdicts.push(queue.isCongested());
    const many = Array.from({ length: 202 }, () => holdConnection(queue, 'claim'));
    verdicts.push(queue.isCongested());
    for (const { finish } of many) finish();
    await Promise.all(many.map(({ done }) => done));
    expect(verdicts).toEqual([false, false, true, false, true]);
  });

  it('is not congested by reads, however many wait and for how long', async () => {
    const { queue, pass } = newQueue({ connections: 1 });
    const held = Array.from({ length: 1 + MOST_READS_WAITING }, () => holdConnection(queue, 'read'));
    pass(WAIT_MS.read - 1);
    expect(queue.isCongested()).toBe(false);
    for (const { finish } of held) finish();
    await Promise.all(held.map(({ done }) => done));
  });
});

const recorded = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const WAIT_MS = { owed: 3_000, claim: 2_500, read: 2_500 };
const MOST_READS_WAITING = 500;
const NOTHING_KEPT = { keptForOwed: 0, mostReading: 1 };

function newQueue(options: Pick<ConnectionQueueOptions, 'connections'> & Partial<ConnectionQueueOptions>): {
  readonly queue: ConnectionQueue;
  pass(durationMs: number): void;
} {
  let nowMs = 0;
  const sleepers = new Set<{ readonly untilMs: number; wake(): void }>();
  const clock = {
    now: () => nowMs,
    monotonicNow: () => nowMs,
    sleep: (durationMs: number, signal?: AbortSignal) =>
      new Promise<void>((wake) => {
        sleepers.add({ untilMs: nowMs + durationMs, wake });
        signal?.addEventListener('abort', () => {
          wake();
        });
      }),
  };
  const pass = (durationMs: number): void => {
    nowMs += durationMs;
    for (const { untilMs, wake } of sleepers) if (untilMs <= nowMs) wake();
  };
  return { queue: createConnectionQueue({ ...NOTHING_KEPT, ...options, longestWaitMs: WAIT_MS, clock }), pass };
}

function holdConnection(queue: ConnectionQueue, urgency: Urgency) {
  let hasBegun = false;
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const done = queue.run(urgency, () => {
    hasBegun = true;
    return finished;
  });
  return { done, finish, begun: () => hasBegun };
}
