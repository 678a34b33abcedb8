import { KEY_RETENTION_DAYS } from '../payments/key-retention.js';
import type { ReconciliationStore } from '../payments/reconciliation.port.js';
import type { Clock } from '../shared/clock.js';

/** Forgets the keys of finished payments that are older; unfinished payments keep theirs. Resolves with how many. Throws StoreUnavailableError. */
export async function expireOldKeys(reconciliation: ReconciliationStore, clock: Clock): Promise<number> {
  const madeBeforeMs = clock.now() - KEY_RETENTION_DAYS * 86_400_000;
  let expired = 0;
  for (;;) {
    const batch = await reconciliation.expireKeys(madeBeforeMs);
    expired += batch;
    if (batch === 0) return expired;
  }
}
