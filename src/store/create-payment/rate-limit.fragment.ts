import type { LimitedSend } from '../../payments/ports/payment-store.js';
import type { ValuesOf } from '../database/statement.js';
import { findSqlState } from '../database/store-errors.js';
import { hashKey } from '../payments/key-hash.js';

export const RATE_PARAMS = { rate_subjects: 'text[]', rate_limits: 'integer[]' } as const;

export function toRateValues(send: LimitedSend): ValuesOf<typeof RATE_PARAMS> {
  const { scope, paymentInstrumentId, mostPerMinute } = send;
  const { caller, instrument } = mostPerMinute;
  const limits = [
    { subject: `caller:${hashKey(scope)}`, most: caller },
    { subject: `instrument:${hashKey(withoutSpelling(paymentInstrumentId))}`, most: instrument },
  ].filter(({ most }) => most !== null);
  return { rate_subjects: limits.map(({ subject }) => subject), rate_limits: limits.map(({ most }) => String(most)) };
}

/**
 * Without case, accents, widths and blanks: many databases take such spellings for equal, and each
 * would give a card tester another minute.
 */
function withoutSpelling(id: string): string {
  return id
    .normalize('NFKD')
    .replace(/[\p{M}\p{C}\p{Z}]/gu, '')
    .toLowerCase();
}

/**
 * A time somewhat before the window had to wait for its row. A window further ahead was begun
 * before the database's clock was set back.
 */
export function isWithinWindow(time: string): string {
  return `(w.window_start > ${time} - interval '1 minute' AND w.window_start < ${time} + interval '1 minute')`;
}

export const SPENT_RATES = `
limits (subject, most) AS (
  SELECT * FROM unnest(:rate_subjects, :rate_limits)
), spent AS (
  SELECT max(extract(epoch FROM w.window_start + interval '1 minute' - clock_timestamp()) * 1000)::float8
           AS retry_after_ms
    FROM rate_windows AS w JOIN limits USING (subject)
   WHERE w.calls >= limits.most AND ${isWithinWindow('clock_timestamp()')}
  HAVING count(*) > 0
)`;

export const COUNT_IN_WINDOW = `
     SET most = EXCLUDED.most,
         calls = CASE WHEN ${isWithinWindow('EXCLUDED.window_start')} THEN w.calls + 1 ELSE 1 END,
         window_start = CASE WHEN ${isWithinWindow('EXCLUDED.window_start')}
                             THEN w.window_start ELSE EXCLUDED.window_start END`;

/**
 * The claim that is one too many breaks the table's constraint and is undone with its count. The
 * order of the subjects keeps two claims from waiting for each other.
 */
export const COUNTED_RATES = `
counted AS (
  INSERT INTO rate_windows AS w (subject, window_start, calls, most)
  SELECT limits.subject, claimed.updated_at, 1, limits.most FROM claimed CROSS JOIN limits ORDER BY limits.subject
  ON CONFLICT (subject) DO UPDATE ${COUNT_IN_WINDOW}
  RETURNING subject
)`;

export function isRateExceeded(error: unknown): boolean {
  const { constraint } = error as { constraint?: unknown };
  return findSqlState(error) === '23514' && constraint === 'calls_are_within_the_rate';
}
