import type { Log } from '../../shared/log/log.js';
import type { TransactionOptions } from './pg.transaction.js';
import type { SqlStatements } from './sql-database.js';
import { StoreStartError } from './start-error.js';

const READ_BACK = `
SELECT current_setting('transaction_isolation') AS transaction_isolation,
       current_setting('synchronous_commit') IN ('on', 'remote_apply') AS is_on_disk,
       (SELECT setting FROM pg_settings WHERE name = 'statement_timeout') AS statement_timeout,
       (SELECT setting FROM pg_settings WHERE name = 'lock_timeout') AS lock_timeout`;

/**
 * Throws StoreStartError where the settings get lost. Reads them back in two transactions, as a
 * pooler may run each on another connection.
 */
export async function assertSettingsHold(database: SqlStatements, options: TransactionOptions): Promise<void> {
  for (let transaction = 1; transaction <= 2; transaction++) {
    const [row] = await database.query(READ_BACK, []);
    const lost = row === undefined ? [] : findLostSettings(row, options);
    if (lost.length > 0)
      throw new StoreStartError(
        `The database does not keep what a statement asks for (${lost.join(', ')}), ` +
          'so a payment that was written down might be lost. A pooler on the way takes transactions apart: ' +
          'let it pass the extended query protocol on as it is, or point DATABASE_URL past it.',
      );
  }
}

function findLostSettings(row: Readonly<Record<string, unknown>>, options: TransactionOptions): string[] {
  const holds: readonly (readonly [string, boolean])[] = [
    ['transaction_isolation', row.transaction_isolation === 'read committed'],
    ['synchronous_commit', row.is_on_disk === true],
    ['statement_timeout', Number(row.statement_timeout) === Math.trunc(options.statementTimeoutMs)],
    ['lock_timeout', Number(row.lock_timeout) === Math.trunc(options.lockTimeoutMs)],
  ];
  return holds.filter(([, isKept]) => !isKept).map(([name]) => name);
}

const FIND_STANDBYS = `
SELECT count(*)::integer AS standbys
  FROM pg_stat_replication AS r
 WHERE current_setting('synchronous_standby_names') = '' AND r.state IS DISTINCT FROM 'backup'
   AND NOT EXISTS (SELECT FROM pg_replication_slots AS s WHERE s.active_pid = r.pid AND s.slot_type = 'logical')`;

const STANDBY_ADVICE =
  'A standby of this database may lack the last payments when it takes over, and their keys would charge again. ' +
  'Name it in synchronous_standby_names.';

export async function warnOfStandbys(database: SqlStatements, log: Log): Promise<void> {
  const [row] = await database.query(FIND_STANDBYS, []);
  if (Number(row?.standbys) > 0) log.warn({ standbys: row?.standbys, advice: STANDBY_ADVICE }, 'store.standby-may-lag');
}
