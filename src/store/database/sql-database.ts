import { toStorable } from '../../shared/text.js';

/** Every method throws StoreUnavailableError where the database does not answer or can't write. */
export interface SqlDatabase extends SqlStatements {
  /** Outcomes, provider events and health checks go first, and some connections are kept for them. */
  readonly owed: SqlStatements;
  /** Reads go last, and some connections are kept free of them. */
  readonly reads: SqlStatements;
  isCongested(): boolean;
  session<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
  listen(channel: string, listener: ChannelListener): Listening;
  close(): Promise<void>;
}

export interface SqlStatements {
  /** One transaction, one round trip. Throws StoreBusyError where it never ran: no connection came free. */
  query(text: string, params: readonly SqlParam[]): Promise<SqlRow[]>;
}

export type SqlParam = string | number | boolean | null | readonly string[];
export type SqlRow = Readonly<Record<string, unknown>>;

export interface SqlSession {
  query(text: string, params?: readonly SqlParam[]): Promise<SqlRow[]>;
  script(text: string): Promise<void>;
}

export interface ChannelListener {
  onNotification(payload: string): void;
  /** Whenever listening has begun: earlier notifications may have been missed. */
  onGap(): void;
  /** When notifications stop, until the next `onGap`. */
  onSilence(): void;
}

export interface Listening {
  close(): Promise<void>;
}

/** The provider's texts may hold NUL or half a surrogate pair, which the database refuses. */
export function toJsonParam(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) => (typeof entry === 'string' ? toStorable(entry) : entry));
}

/** Moves a provider's time beyond the calendar to its edge: its update must not get lost. */
export function toTimeParam(epochMs: number): string {
  const bounded = Math.min(Math.max(Number.isNaN(epochMs) ? 0 : epochMs, 0), LAST_STORABLE_MS);
  return new Date(bounded).toISOString();
}

export function toStorableParams(params: readonly SqlParam[]): (string | number | boolean | null | string[])[] {
  return params.map((param) => {
    if (typeof param === 'string') return toStorable(param);
    return Array.isArray(param) ? param.map(toStorable) : (param as number | boolean | null);
  });
}

/** A day before year 9999 ends: later years have another ISO 8601 form, and the database's zone may be a day ahead. */
const LAST_STORABLE_MS = Date.parse('9999-12-30T23:59:59.999Z');
