import { KEY_RETENTION_DAYS } from '../payments/model/key-retention.js';
import type { ReconciliationStore } from '../payments/ports/reconciliation-store.js';

export async function expireOldKeys(reconciliation: ReconciliationStore): Promise<void> {
  let expired: number;
  do expired = await reconciliation.expireKeys(KEY_RETENTION_DAYS * 86_400_000);
  while (expired > 0);
}
