import type { FlaggedPayment, ReconciliationStore } from '../payments/ports/reconciliation-store.js';
import type { PaymentReads } from '../payments/ports/payment-reads.js';
import type { PaymentStore } from '../payments/ports/payment-store.js';
import type { RetentionStore } from '../payments/ports/retention-store.js';
import type { WebhookInbox } from '../payments/ports/webhook-inbox.js';
import type { Clock } from '../shared/clock.js';
import type { Log } from '../shared/log/log.js';
import { assertUnderstood, decideTls, findUnknownParameters } from './database/database-url.js';
import { createPgDatabase, DEFAULT_POOL, leavesUnencrypted, type PoolOptions } from './database/pg.database.js';
import { assertSettingsHold, warnOfStandbys } from './database/server-checks.js';
import type { ChannelListener, Listening, SqlDatabase } from './database/sql-database.js';
import { StoreStartError } from './database/start-error.js';
import { runStatement } from './database/statement.js';
import { findChangedStatement } from './find-payments/find-changed.statement.js';
import { SqlPaymentReads } from './find-payments/payment-reads.js';
import { assertMigrated, migrate } from './migrations/migrate.js';
import { CHANGES_CHANNEL } from './payments/notify.fragment.js';
import { SqlPaymentStore } from './payments/payment.store.js';
import { SqlReconciliationStore } from './reconcile/reconciliation.store.js';
import { SqlRetentionStore } from './retention/retention.store.js';
import { assertUsable, toStartError } from './start-checks.js';
import { SqlWebhookInbox } from './webhook-inbox/webhook-inbox.store.js';

export interface Store {
  readonly payments: PaymentStore;
  readonly reads: PaymentReads;
  readonly reconciliation: ReconciliationStore;
  readonly inbox: WebhookInbox;
  readonly retention: RetentionStore;
  readonly changes: ChangeSource;
  isCongested(): boolean;
  close(): Promise<void>;
}

/** The id of every payment that changed, whichever process changed it. */
export interface ChangeSource {
  listen(listener: ChannelListener): Listening;
  changedAmong(paymentIds: readonly string[], withinMs: number): Promise<string[]>;
}

export interface EmbeddedDatabase {
  /** Opens the files in the data folder, new ones where there are none. Throws StoreStartError. */
  open(dataDir: string, clock: Clock): Promise<SqlDatabase>;
  assertPresent(dataDir: string): void;
}

export interface StoreOptions {
  /** Null: the embedded database in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly embedded: EmbeddedDatabase | null;
  /** The same database past a pooler that keeps no LISTEN. */
  readonly listenUrl?: string | null;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly pool?: Partial<PoolOptions>;
}

/** Brings the schema up to date, and makes sure that the store can take a claim. Throws StoreStartError. */
export async function openStore(given: StoreOptions): Promise<Store> {
  const options = await readUrls(given);
  const { clock, log } = options;
  const database = await openDatabase(options);
  try {
    const { syncs } = await assertUsable(database);
    if (!syncs) warnOfUnsynced(options);
    if (options.databaseUrl !== null) await checkServer(database, options);
    const applied = await migrate(database, { clock, log });
    if (applied.length > 0) log.info({ applied }, 'store.migrated');
    const inbox = new SqlWebhookInbox(database.owed, clock);
    const payments = new SqlPaymentStore({ database, clock, inbox });
    await payments.assertReady();
    return {
      payments,
      reads: new SqlPaymentReads(database.reads),
      reconciliation: new SqlReconciliationStore(database, clock),
      inbox,
      retention: new SqlRetentionStore(database),
      changes: createChangeSource(database),
      isCongested: () => database.isCongested(),
      close: () => database.close(),
    };
  } catch (error) {
    await database.close();
    throw toStartError(error, options.databaseUrl);
  }
}

function createChangeSource(database: SqlDatabase): ChangeSource {
  return {
    listen: (listener) => database.listen(CHANGES_CHANNEL, listener),
    changedAmong: async (paymentIds, withinMs) => {
      const rows = await runStatement(database.reads, findChangedStatement({ ids: paymentIds, within_ms: withinMs }));
      return rows.map(({ id }) => String(id));
    },
  };
}

function warnOfUnsynced({ databaseUrl, log }: StoreOptions): void {
  if (databaseUrl === null) log.debug('store.fsync-off');
  else log.warn('store.fsync-off');
}

async function checkServer(database: SqlDatabase, options: StoreOptions): Promise<void> {
  await assertSettingsHold(database, poolOf(options));
  await warnOfStandbys(database, options.log);
  warnOfUnencrypted(options);
}

/** Not refused: a private network or a sidecar may keep the way safe. */
function warnOfUnencrypted({ databaseUrl, listenUrl, log }: StoreOptions): void {
  const urls = [databaseUrl, listenUrl].filter((url) => typeof url === 'string');
  if (urls.some(leavesUnencrypted)) log.warn('store.unencrypted');
}

function poolOf({ pool }: StoreOptions): PoolOptions {
  return { ...DEFAULT_POOL, ...pool };
}

export async function migrateStore(given: StoreOptions): Promise<string[]> {
  const options = await readUrls(given);
  const database = await openDatabase(options);
  try {
    return await migrate(database, options);
  } catch (error) {
    throw toStartError(error, options.databaseUrl);
  } finally {
    await database.close();
  }
}

export async function readFlaggedPayments(given: StoreOptions): Promise<FlaggedPayment[]> {
  const options = await readUrls(given);
  options.embedded?.assertPresent(options.dataDir);
  const database = await openDatabase(options);
  try {
    await assertMigrated(database);
    return await new SqlReconciliationStore(database, options.clock).listFlagged();
  } catch (error) {
    throw toStartError(error, options.databaseUrl);
  } finally {
    await database.close();
  }
}

async function readUrls(options: StoreOptions): Promise<StoreOptions> {
  const { databaseUrl, listenUrl = null } = options;
  return {
    ...options,
    databaseUrl: databaseUrl === null ? null : await readUrl(databaseUrl, 'DATABASE_URL', options),
    listenUrl: listenUrl === null ? null : await readUrl(listenUrl, 'DATABASE_LISTEN_URL', options),
  };
}

async function readUrl(url: string, setting: string, options: StoreOptions): Promise<string> {
  assertUnderstood(url, setting);
  const parameters = findUnknownParameters(url);
  if (parameters.length > 0) options.log.warn({ setting, parameters }, 'store.url-parameters-unknown');
  try {
    return await decideTls(url, poolOf(options).connectTimeoutMs);
  } catch (error) {
    throw toStartError(error, url);
  }
}

async function openDatabase(options: StoreOptions): Promise<SqlDatabase> {
  const { databaseUrl, embedded, listenUrl, dataDir, clock, log } = options;
  if (embedded !== null) return embedded.open(dataDir, clock);
  if (databaseUrl === null) throw new StoreStartError('There is no database: set DATABASE_URL.');
  try {
    return createPgDatabase({ databaseUrl, listenUrl, pool: poolOf(options), clock, log });
  } catch (error) {
    throw toStartError(error, databaseUrl);
  }
}
