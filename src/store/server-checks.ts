import type { TransactionTerms } from './pg.transaction.js';
import type { SqlStatements } from './sql-database.js';
import { StoreStartError } from './start-error.js';

const READ_BACK = `
SELECT current_setting('transaction_isolation') AS transaction_isolation,
       current_setting('synchronous_commit') IN ('on', 'remote_apply') AS is_on_disk,
       (SELECT setting FROM pg_settings WHERE name = 'statement_timeout') AS statement_timeout,
       (SELECT setting FROM pg_settings WHERE name = 'lock_timeout') AS lock_timeout`;

/**
 * Reads back what every statement asks for, in two transactions: whatever stands between may hand each of them to another connection. Throws
 * StoreStartError where it got lost.
 */
export async function assertSettingsHold(database: SqlStatements, terms: TransactionTerms): Promise<void> {
  for (let transaction = 1; transaction <= 2; transaction++) {
    const [row] = await database.query(READ_BACK, []);
    const lost = row === undefined ? [] : findLostSettings(row, terms);
    if (lost.length > 0)
      throw new StoreStartError(
        `The database does not keep what a statement asks for (${lost.join(', ')}), so a payment that was written down might be lost. A pooler on the way takes transactions apart: let it pass the extended query protocol on as it is, or point DATABASE_URL past it.`,
      );
  }
}

function findLostSettings(row: Readonly<Record<string, unknown>>, terms: TransactionTerms): string[] {
  const holds: readonly (readonly [string, boolean])[] = [
    ['transaction_isolation', row.transaction_isolation === 'read committed'],
    ['synchronous_commit', row.is_on_disk === true],
    ['statement_timeout', Number(row.statement_timeout) === Math.trunc(terms.statementTimeoutMs)],
    ['lock_timeout', Number(row.lock_timeout) === Math.trunc(terms.lockTimeoutMs)],
  ];
  return holds.filter(([, isKept]) => !isKept).map(([name]) => name);
}
