import type { DuePayment, ReconciliationStore } from '../ports/reconciliation-store.js';
import type { Clock } from '../../shared/clock.js';
import { Latch } from '../../shared/latch.js';

interface LeaseDeps {
  readonly reconciliation: ReconciliationStore;
  readonly clock: Clock;
  readonly leaseMs: number;
}

/**
 * Renews the lease while the work lasts, so that no second replica makes the same slow lookup.
 * Where the work throws, or the process dies, the payment is due when the lease runs out.
 */
export async function underLease(due: DuePayment, work: () => Promise<void>, deps: LeaseDeps): Promise<void> {
  const done = new Latch();
  const renewing = renewUntil(done, due, deps);
  try {
    await work();
  } finally {
    done.open();
    await renewing;
  }
  await deps.reconciliation.endLease(due);
}

async function renewUntil(done: Latch, due: DuePayment, deps: LeaseDeps): Promise<void> {
  const { reconciliation, clock, leaseMs } = deps;
  while (!(await done.opensWithin(leaseMs / 2, clock)))
    await reconciliation.renewLease(due, leaseMs).catch(() => undefined);
}
