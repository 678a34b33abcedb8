import type { RetentionStore } from '../payments/ports/retention-store.js';
import { toTimeParam, type SqlDatabase } from './database/sql-database.js';

export class SqlRetentionStore implements RetentionStore {
  constructor(private readonly database: SqlDatabase) {}

  async deleteEvents(decidedBeforeMs: number): Promise<number> {
    return (await this.database.query(DELETE_EVENTS, [toTimeParam(decidedBeforeMs)])).length;
  }

  async deleteRates(begunBeforeMs: number): Promise<number> {
    return (await this.database.query(DELETE_RATES, [toTimeParam(begunBeforeMs)])).length;
  }
}

/** Contested events alone name the second order. */
const DELETE_EVENTS = `
DELETE FROM webhook_inbox
 WHERE id IN (SELECT id FROM webhook_inbox
               WHERE state IN ('stored', 'given_up') AND decided_at < $1::timestamptz
               ORDER BY decided_at LIMIT 1000 FOR UPDATE SKIP LOCKED)
RETURNING id`;

const DELETE_RATES = `
DELETE FROM rate_windows
 WHERE subject IN (SELECT subject FROM rate_windows
                    WHERE window_start < $1::timestamptz LIMIT 1000 FOR UPDATE SKIP LOCKED)
RETURNING subject`;
