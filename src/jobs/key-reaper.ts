import { KEY_RETENTION_DAYS } from '../payments/key-retention.js';
import type { ReconciliationStore } from '../payments/reconciliation.port.js';
import type { Clock } from '../shared/clock.js';

/** Forgets the older keys of payments that are finished or were given back; all others keep theirs. Throws StoreUnavailableError. */
export async function expireOldKeys(reconciliation: ReconciliationStore, clock: Clock): Promise<void> {
  const madeBeforeMs = clock.now() - KEY_RETENTION_DAYS * 86_400_000;
  let expired: number;
  do expired = await reconciliation.expireKeys(madeBeforeMs);
  while (expired > 0);
}
