/**
 * Deletes a batch of old rows that are not in use and returns how many; events that wait stay.
 * Times are milliseconds since the Unix epoch. Throws StoreUnavailableError.
 */
export interface RetentionStore {
  deleteEvents(decidedBeforeMs: number): Promise<number>;
  deleteRates(begunBeforeMs: number): Promise<number>;
}
