import type { EventEmitter } from 'node:events';
import { Query, type ClientBase, type Submittable } from 'pg';
import { toStorableParams, type SqlParam, type SqlRow } from './sql-database.js';

export interface TransactionOptions {
  /** The server gives a statement up after this time, so that it is certainly not carried out. */
  readonly statementTimeoutMs: number;
  /** The server gives up waiting for a row or table lock. */
  readonly lockTimeoutMs: number;
}

/** Runs one statement in a transaction of its own, in one round trip, with the settings that payments need. */
export function runInTransaction(client: ClientBase, statement: StatementOnOptions): Promise<SqlRow[]> {
  return new Promise((resolve, reject) => {
    const query = new TransactionQuery(statement, (error, result) => {
      if (error) reject(error);
      else resolve(result.rows);
    });
    client.query(query as unknown as Submittable);
  });
}

export interface StatementOnOptions {
  readonly text: string;
  readonly params: readonly SqlParam[];
  readonly options: TransactionOptions;
}

/**
 * Of the transaction and of nothing else: behind a pooler the next one may have another connection, and this one may be somebody else's next.
 * The level comes first, as it can't be set once anything was read. Concurrent statements of ours wait for each other's rows and see what
 * was committed meanwhile, which the stricter levels refuse. A commit is on disk before it is answered; a server that asks for more than
 * that (an answer of its replicas) is left to it.
 */
function settingsOf({ statementTimeoutMs, lockTimeoutMs }: TransactionOptions): string[] {
  return [
    `SET transaction_isolation = 'read committed'`,
    `SELECT set_config('statement_timeout', '${Math.trunc(statementTimeoutMs)}', true),
            set_config('lock_timeout', '${Math.trunc(lockTimeoutMs)}', true),
            set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true)`,
  ];
}

type Done = (error: Error | undefined, result: { readonly rows: SqlRow[] }) => void;

/** What the driver calls of a query, and a query of the driver's connection, as its cursors rely on it too; its types name less. */
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
 * Settings and statement go to the server together, and only then the end of the transaction: it is one where no BEGIN was sent, too. What
 * fails takes everything with it, so the statement is never carried out on other options.
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
