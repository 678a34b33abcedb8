import type { RetentionStore } from '../payments/ports/retention-store.js';
import type { Clock } from '../shared/clock.js';

/**
 * An event's row makes its second delivery a duplicate. The provider tries for about a day; a
 * replay after that has too old a signature to be believed, with the row or without.
 */
export const EVENT_RETENTION_DAYS = 30;
const RATE_RETENTION_MS = 3_600_000;

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
