import type { EventEmitter } from 'node:events';
import { Query, type ClientBase, type Submittable } from 'pg';
import { toStorableParams, type SqlParam, type SqlRow } from './sql-database.js';

export interface TransactionOptions {
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
}

export function runInTransaction(client: ClientBase, statement: StatementOnOptions): Promise<SqlRow[]> {
  return new Promise((resolve, reject) => {
    const query = new TransactionQuery(statement, (error, result) => {
      if (error) reject(error);
      else resolve(result.rows);
    });
    client.query(query as unknown as Submittable);
  });
}

interface StatementOnOptions {
  readonly text: string;
  readonly params: readonly SqlParam[];
  readonly options: TransactionOptions;
}

/**
 * For this transaction only: behind a pooler the next one may have another connection. The level
 * comes first, as it can't be set after a read. Concurrent statements wait for each other's rows
 * and see what was committed meanwhile, which stricter levels refuse. A commit is on disk before it
 * is answered, and on the replicas where the server says so.
 */
function settingsOf({ statementTimeoutMs, lockTimeoutMs }: TransactionOptions): string[] {
  return [
    `SET transaction_isolation = 'read committed'`,
    `SELECT set_config('statement_timeout', '${Math.trunc(statementTimeoutMs)}', true),
            set_config('lock_timeout', '${Math.trunc(lockTimeoutMs)}', true),
            set_config('synchronous_commit',
              CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true)`,
  ];
}

type Done = (error: Error | undefined, result: { readonly rows: SqlRow[] }) => void;

/** What driver and query call of each other, as the driver's cursors do; its types name less. */
interface DriverQuery extends EventEmitter {
  submit(connection: DriverConnection): unknown;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: unknown): void;
}
interface DriverConnection {
  readonly stream: { cork(): void; uncork(): void };
  parse(statement: { readonly text: string }): void;
  bind(portal: object): void;
  execute(portal: object): void;
}
type DriverQueryClass = new (config: object, done: Done) => DriverQuery;

/**
 * Sends settings and statement before it ends the transaction, which is one without a BEGIN too:
 * the statement is never carried out with other settings.
 */
class TransactionQuery extends (Query as unknown as DriverQueryClass) {
  private readonly settings: readonly string[];
  private settingsLeft: number;

  constructor({ text, params, options }: StatementOnOptions, done: Done) {
    super({ text, values: toStorableParams(params), queryMode: 'extended' }, done);
    this.settings = settingsOf(options);
    this.settingsLeft = this.settings.length;
  }

  override submit(connection: DriverConnection): unknown {
    connection.stream.cork();
    try {
      for (const text of this.settings) {
        connection.parse({ text });
        connection.bind({});
        connection.execute({});
      }
      return super.submit(connection);
    } finally {
      connection.stream.uncork();
    }
  }

  override handleDataRow(message: unknown): void {
    if (this.settingsLeft === 0) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: unknown): void {
    if (this.settingsLeft > 0) this.settingsLeft -= 1;
    else super.handleCommandComplete(message, connection);
  }
}
