import { setMaxListeners } from 'node:events';
import type { Clock } from './clock.js';

/** Made once: an abort without a reason makes an error with a stack trace. */
const OPENED = new Error('the latch was opened');

export class Latch {
  private readonly controller = new AbortController();

  constructor() {
    // Node takes more than ten listeners of a signal for a leak and says so.
    setMaxListeners(Infinity, this.signal);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get isOpen(): boolean {
    return this.signal.aborted;
  }

  open(): void {
    this.controller.abort(OPENED);
  }

  /** Resolves with true as soon as the latch is open, with false when the time is up first. */
  async opensWithin(timeoutMs: number, clock: Pick<Clock, 'sleep'>): Promise<boolean> {
    await clock.sleep(timeoutMs, this.signal);
    return this.isOpen;
  }
}

/** Resolves with what the work gives, or with null when the time is up first. Rejects as the work does. */
export async function resultWithin<T>(
  work: Promise<T>,
  timeoutMs: number,
  clock: Pick<Clock, 'sleep'>,
): Promise<T | null> {
  const done = new Latch();
  try {
    return await Promise.race([work, done.opensWithin(timeoutMs, clock).then(() => null)]);
  } finally {
    done.open();
  }
}
