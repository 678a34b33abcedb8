import { toStorable } from '../../shared/text.js';

/** A database that speaks PostgreSQL, whichever way it runs. Every method throws StoreUnavailableError where it does not answer or can't write. */
export interface SqlDatabase extends SqlStatements {
  /**
   * For what must not wait behind those who ask for something: outcomes and events that were learned, and health checks. Goes before
   * everything else, and some connections are kept for it.
   */
  readonly owed: SqlStatements;
  /** For what is only looked at: goes after everything else, and some connections are kept free of it. */
  readonly reads: SqlStatements;
  /** Whether more waits for a connection than can be carried out soon, reads aside. */
  isCongested(): boolean;
  /** Lends a connection of its own, without a limit of time for its statements; for migrations. */
  session<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
  /** Listens until closed, over every loss of the connection. Returns at once: `onGap` tells when it first hears. */
  listen(channel: string, listener: ChannelListener): Listening;
  /** Waits for running statements, then lets go of every connection. */
  close(): Promise<void>;
}

export interface SqlStatements {
  /** Runs one statement in a transaction of its own: one round trip. Throws StoreBusyError where it was never run, as no connection came free. */
  query(text: string, params: readonly SqlParam[]): Promise<SqlRow[]>;
}

/** Dates and amounts are passed as text, JSON as its text. */
export type SqlParam = string | number | boolean | null | readonly string[];
export type SqlRow = Readonly<Record<string, unknown>>;

export interface SqlSession {
  query(text: string, params?: readonly SqlParam[]): Promise<SqlRow[]>;
  /** Several statements without parameters. */
  script(text: string): Promise<void>;
}

export interface ChannelListener {
  onNotification(payload: string): void;
  /** Notifications may have been missed: called whenever listening has (again) begun. From now on they come. */
  onGap(): void;
  /** Notifications do not come until `onGap` is called again: whoever wants to know has to look. */
  onSilence(): void;
}

export interface Listening {
  close(): Promise<void>;
}

/** JSON text as a `jsonb` parameter. */
export function toJsonParam(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) => (typeof entry === 'string' ? toStorable(entry) : entry));
}

/** A point in time as a `timestamptz` parameter. A time outside of the calendar is moved to its edge: a provider's mistake must not lose its update. */
export function toTimeParam(epochMs: number): string {
  const bounded = Math.min(Math.max(Number.isNaN(epochMs) ? 0 : epochMs, 0), LAST_STORABLE_MS);
  return new Date(bounded).toISOString();
}

/**
 * The parameters of a statement with every text made storable. The provider's words may hold NUL or half a surrogate
 * pair, and an outcome must not get lost over one.
 */
export function toStorableParams(params: readonly SqlParam[]): (string | number | boolean | null | string[])[] {
  return params.map((param) => {
    if (typeof param === 'string') return toStorable(param);
    return Array.isArray(param) ? param.map(toStorable) : (param as number | boolean | null);
  });
}

/**
 * A day before the year 9999 ends: later ones are written in another form of ISO 8601, and the database writes times in its own zone, where it
 * may be the next day already.
 */
const LAST_STORABLE_MS = Date.parse('9999-12-30T23:59:59.999Z');
