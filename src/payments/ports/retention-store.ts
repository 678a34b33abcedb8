/**
 * Deletes rows that are not needed any more, a batch per statement; each method returns how many.
 * Rows in use are left for the next time. Times are milliseconds since the Unix epoch. Throws StoreUnavailableError.
 */
export interface RetentionStore {
  /** Provider events decided before the time. Those that wait for a payment or for a person stay. */
  deleteEvents(decidedBeforeMs: number): Promise<number>;
  /** Counts of sends and of QR codes whose minute began before the time. */
  deleteRates(begunBeforeMs: number): Promise<number>;
}
