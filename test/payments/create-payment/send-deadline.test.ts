import { createSendDeadline } from '../../../src/payments/create-payment/send-deadline.js';
import { systemClock } from '../../../src/shared/clock.js';

const WINDOW_MS = 5_000;
const HOUR_MS = 3_600_000;

function fenceOnTwoClocks() {
  const time = { wallMs: 1_795_348_800_000, monotonicMs: 70_000 };
  const clock = { ...systemClock, now: () => time.wallMs, monotonicNow: () => time.monotonicMs };
  return { time, sendDeadline: createSendDeadline(clock, WINDOW_MS) };
}

describe('createSendDeadline', () => {
  it('is open for the window and past from its last millisecond on', () => {
    const { time, sendDeadline } = fenceOnTwoClocks();
    const seen = [0, WINDOW_MS - 1, 1, HOUR_MS].map((passedMs) => {
      time.wallMs += passedMs;
      time.monotonicMs += passedMs;
      return [sendDeadline.hasPassed(), sendDeadline.remainingMs()];
    });

    expect(seen).toEqual([
      [false, WINDOW_MS],
      [false, 1],
      [true, 0],
      [true, -HOUR_MS],
    ]);
  });

  it('falls by the wall clock while the other stands still, as it does on a machine that sleeps', () => {
    const { time, sendDeadline } = fenceOnTwoClocks();
    time.wallMs += WINDOW_MS;

    expect([sendDeadline.hasPassed(), sendDeadline.remainingMs()]).toEqual([true, 0]);
  });

  it('falls by the monotonic clock where the wall clock is set back meanwhile', () => {
    const { time, sendDeadline } = fenceOnTwoClocks();
    time.wallMs -= HOUR_MS;
    time.monotonicMs += WINDOW_MS;

    expect([sendDeadline.hasPassed(), sendDeadline.remainingMs()]).toEqual([true, 0]);
  });

  it('is open where both clocks say so, also after the wall clock was set back', () => {
    const { time, sendDeadline } = fenceOnTwoClocks();
    time.wallMs -= HOUR_MS;
    time.monotonicMs += 1_000;

    expect([sendDeadline.hasPassed(), sendDeadline.remainingMs()]).toEqual([false, WINDOW_MS - 1_000]);
  });
});
