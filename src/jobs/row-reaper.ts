import type { RetentionStore } from '../payments/ports/retention-store.js';
import type { Clock } from '../shared/clock.js';

/**
 * How long an event's row keeps a second delivery from being update. The provider tries for about a day; a recording of it that comes later is
 * not believed for its old signature, whether its row is there or not.
 */
export const EVENT_RETENTION_DAYS = 30;
/** Windows last a minute; the rest is for clocks that differ. */
const RATE_RETENTION_MS = 3_600_000;

/** Deletes what has served its time. Throws StoreUnavailableError. */
export async function deleteOldRows(retention: RetentionStore, clock: Clock): Promise<void> {
  const nowMs = clock.now();
  await untilNone(() => retention.deleteEvents(nowMs - EVENT_RETENTION_DAYS * 86_400_000));
  await untilNone(() => retention.deleteRates(nowMs - RATE_RETENTION_MS));
}

async function untilNone(deleteBatch: () => Promise<number>): Promise<void> {
  let deleted: number;
  do deleted = await deleteBatch();
  while (deleted > 0);
}
