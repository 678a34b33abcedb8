import type { LimitedSend } from '../../payments/ports/payment-store.js';
import { hashKey } from '../payments/key-hash.js';
import type { SqlParam } from '../database/sql-database.js';
import { findSqlState } from '../database/store-errors.js';

/** Whose payments are counted, and how many a minute may have, as the parameters of `spentRates`. */
export function toRateParams({ scope, paymentInstrumentId, mostPerMinute }: LimitedSend): SqlParam[] {
  const { caller, instrument } = mostPerMinute;
  // In this order everywhere: two claims that wait for each other's rows would wait for ever.
  const limits = [
    { subject: `caller:${hashKey(scope)}`, most: caller },
    { subject: `instrument:${hashKey(withoutSpelling(paymentInstrumentId))}`, most: instrument },
  ].filter(({ most }) => most !== null);
  return [limits.map(({ subject }) => subject), limits.map(({ most }) => String(most))];
}

/**
 * What is left of an id when case, accents, widths, blanks and signs without a width are taken away. Ids reach the provider as they were given, and
 * many databases hold some of these spellings for equal: whoever tries out a card would have a new minute for each.
 */
function withoutSpelling(id: string): string {
  return id
    .normalize('NFKD')
    .replace(/[\p{M}\p{C}\p{Z}]/gu, '')
    .toLowerCase();
}

/**
 * Whether the time is within the minute of the window `w`. Who waited for the row may be somewhat earlier than its beginning; one further in the
 * future was begun before the database's clock was set back, and would hold for as long as it was.
 */
export function isWithinWindow(time: string): string {
  return `(w.window_start > ${time} - interval '1 minute' AND w.window_start < ${time} + interval '1 minute')`;
}

/**
 * The limits of a claim, from the two parameters that begin with the given one, and those of them that are used up: how long it takes until
 * the last of these ends.
 */
export function spentRates(firstParam: number): string {
  return `
limits (subject, most) AS (
  SELECT * FROM unnest($${firstParam}::text[], $${firstParam + 1}::integer[])
), spent AS (
  SELECT max(extract(epoch FROM w.window_start + interval '1 minute' - clock_timestamp()) * 1000)::float8 AS retry_after_ms
    FROM rate_windows AS w JOIN limits USING (subject)
   WHERE w.calls >= limits.most AND ${isWithinWindow('clock_timestamp()')}
  HAVING count(*) > 0
)`;
}

/** Counts what was claimed, never what was not: the one that is too many breaks the table's rule, and its claim is undone with it. */
export const COUNTED_RATES = `
counted AS (
  INSERT INTO rate_windows AS w (subject, window_start, calls, most)
  SELECT limits.subject, claimed.updated_at, 1, limits.most FROM claimed CROSS JOIN limits ORDER BY limits.subject
  ON CONFLICT (subject) DO UPDATE
     SET most = EXCLUDED.most,
         calls = CASE WHEN ${isWithinWindow('EXCLUDED.window_start')} THEN w.calls + 1 ELSE 1 END,
         window_start = CASE WHEN ${isWithinWindow('EXCLUDED.window_start')} THEN w.window_start ELSE EXCLUDED.window_start END
  RETURNING subject
)`;

/** Whether a claim was one too many in the very moment: asked again, it finds the rate spent. */
export function isRateExceeded(error: unknown): boolean {
  const { constraint } = error as { constraint?: unknown };
  return findSqlState(error) === '23514' && constraint === 'calls_are_within_the_rate';
}
