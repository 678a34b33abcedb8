/**
 * Rows that nobody needs any more. Each method deletes a batch in one statement and returns how many, so that no statement holds many rows for
 * long; rows in use are left for the next time. Times are milliseconds since the Unix epoch. Throws StoreUnavailableError.
 */
export interface RetentionStore {
  /** Events of the provider that were decided before the time. What waits for its payment stays, and what a person has to look at. */
  deleteEvents(decidedBeforeMs: number): Promise<number>;
  /** Counts of new payments and of renewed QR codes whose minute began before the time. */
  deleteRates(begunBeforeMs: number): Promise<number>;
}
