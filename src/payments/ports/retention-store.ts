/**
 * Deletes old rows that are not in use, a batch per statement; each method returns how many.
 * Events that wait for a payment or a person stay. Times are milliseconds since the Unix epoch.
 * Throws StoreUnavailableError.
 */
export interface RetentionStore {
  deleteEvents(decidedBeforeMs: number): Promise<number>;
  deleteRates(begunBeforeMs: number): Promise<number>;
}
