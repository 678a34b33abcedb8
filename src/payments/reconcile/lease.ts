import type { DuePayment, ReconciliationStore } from '../ports/reconciliation-store.js';
import type { Clock } from '../../shared/clock.js';

export interface LeaseOptions {
  readonly reconciliation: ReconciliationStore;
  readonly clock: Clock;
  /** Longer than one call to the provider takes; a lookup may take many. */
  readonly leaseMs: number;
}

/**
 * Does the work with a leased payment and keeps the lease up meanwhile, so that a lookup of many slow pages is not made by a second replica
 * beside it. Where the work throws, or the process dies, the payment is due again when the lease runs out.
 */
export async function underLease(due: DuePayment, work: () => Promise<void>, options: LeaseOptions): Promise<void> {
  const done = new AbortController();
  const renewing = renewUntil(done.signal, due, options);
  try {
    await work();
  } finally {
    done.abort();
    await renewing;
  }
  await options.reconciliation.endLease(due);
}

async function renewUntil(done: AbortSignal, due: DuePayment, options: LeaseOptions): Promise<void> {
  const { reconciliation, clock, leaseMs } = options;
  for (;;) {
    await clock.sleep(leaseMs / 2, done);
    if (done.aborted) return;
    // A lease that can't be renewed runs out, which costs a lookup and nothing else.
    await reconciliation.renewLease(due, leaseMs).catch(() => undefined);
  }
}
