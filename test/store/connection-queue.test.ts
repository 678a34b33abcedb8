import { StoreBusyError } from '../../src/payments/errors.js';
import { createConnectionQueue, type ConnectionQueue, type Urgency } from '../../src/store/connection-queue.js';

describe('the queue for connections', () => {
  it('lets what is owed go before what was asked for earlier', async () => {
    const { queue } = newQueue({ connections: 1, keptForOwed: 0 });
    const order: string[] = [];
    const first = holdConnection(queue, 'asked');
    const rest = (['asked', 'asked', 'owed', 'owed'] as const).map((urgency, index) =>
      queue.run(urgency, () => Promise.resolve(order.push(`${urgency} ${index}`))),
    );
    first.finish();
    await Promise.all([first.done, ...rest]);
    expect(order).toEqual(['owed 2', 'owed 3', 'asked 0', 'asked 1']);
  });

  it('keeps connections for what is owed, however many ask', async () => {
    const { queue } = newQueue({ connections: 3, keptForOwed: 1 });
    const held = Array.from({ length: 5 }, () => holdConnection(queue, 'asked'));
    expect(await queue.run('owed', () => Promise.resolve('written'))).toBe('written');
    expect(held.map(({ begun }) => begun())).toEqual([true, true, false, false, false]);
    for (const { finish } of held) finish();
    await Promise.all(held.map(({ done }) => done));
  });

  it('gives up after a bounded time with nothing done, and lends the connection to the next', async () => {
    const { queue, pass } = newQueue({ connections: 1, keptForOwed: 0 });
    const first = holdConnection(queue, 'asked');
    const late = holdConnection(queue, 'asked');
    const gaveUp = expect(late.done).rejects.toBeInstanceOf(StoreBusyError);
    pass(WAIT_MS.asked);
    await gaveUp;
    first.finish();
    await first.done;
    expect(await queue.run('asked', () => Promise.resolve('done'))).toBe('done');
    expect(late.begun()).toBe(false);
  });

  it('lends the connection of work that failed', async () => {
    const { queue } = newQueue({ connections: 1, keptForOwed: 0 });
    await expect(queue.run('asked', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await queue.run('asked', () => Promise.resolve('done'))).toBe('done');
  });

  it('is congested while somebody has waited for long, or too many wait', async () => {
    const { queue, pass } = newQueue({ connections: 1, keptForOwed: 0 });
    const held = Array.from({ length: 2 }, () => holdConnection(queue, 'asked'));
    const verdicts = [queue.isCongested()];
    pass(1_499);
    verdicts.push(queue.isCongested());
    pass(1);
    verdicts.push(queue.isCongested());
    held.push(...Array.from({ length: 200 }, () => holdConnection(queue, 'owed')));
    for (const { finish } of held) finish();
    await Promise.all(held.map(({ done }) => done));
    verdicts.push(queue.isCongested());
    const many = Array.from({ length: 202 }, () => holdConnection(queue, 'asked'));
    verdicts.push(queue.isCongested());
    for (const { finish } of many) finish();
    await Promise.all(many.map(({ done }) => done));
    expect(verdicts).toEqual([false, false, true, false, true]);
  });
});

const WAIT_MS = { owed: 3_000, asked: 2_500 };

/** A queue whose time passes when it is told to. */
function newQueue(terms: { readonly connections: number; readonly keptForOwed: number }): {
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
  return { queue: createConnectionQueue({ ...terms, longestWaitMs: WAIT_MS, clock }), pass };
}

/** Work that takes until it is told to finish. */
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
