import type { RetentionStore } from '../../payments/ports/retention-store.js';
import { toTimeParam, type SqlDatabase } from '../database/sql-database.js';
import { runStatement } from '../database/statement.js';
import { deleteEventsStatement } from './delete-events.statement.js';
import { deleteRatesStatement } from './delete-rates.statement.js';

export class SqlRetentionStore implements RetentionStore {
  constructor(private readonly database: SqlDatabase) {}

  async deleteEvents(decidedBeforeMs: number): Promise<number> {
    const decidedBefore = toTimeParam(decidedBeforeMs);
    return (await runStatement(this.database, deleteEventsStatement({ decided_before: decidedBefore }))).length;
  }

  async deleteRates(begunBeforeMs: number): Promise<number> {
    const begunBefore = toTimeParam(begunBeforeMs);
    return (await runStatement(this.database, deleteRatesStatement({ begun_before: begunBefore }))).length;
  }
}
