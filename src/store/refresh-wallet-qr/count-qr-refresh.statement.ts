import { COUNT_IN_WINDOW, isWithinWindow } from '../create-payment/rate-limit.fragment.js';
import { compileStatement, type Statement } from '../database/statement.js';
import { hashKey } from '../payments/key-hash.js';

/**
 * The locked row decides, so two replicas can't both be the last. A window begun after the snapshot
 * is not seen: nearly a minute of it is left.
 */
export function countQrRefreshStatement(scope: string, mostPerMinute: number): Statement {
  return COUNT_QR_REFRESH({ subject: `qr-refresh:${hashKey(scope)}`, most: mostPerMinute });
}

const COUNT_QR_REFRESH = compileStatement(
  { subject: 'text', most: 'integer' },
  `
WITH counted AS (
  INSERT INTO rate_windows AS w (subject, window_start, calls, most)
  VALUES (:subject, clock_timestamp(), 1, :most)
  ON CONFLICT (subject) DO UPDATE ${COUNT_IN_WINDOW}
   WHERE w.calls < EXCLUDED.most OR NOT ${isWithinWindow('EXCLUDED.window_start')}
  RETURNING subject
), remaining AS (
  SELECT extract(epoch FROM window_start + interval '1 minute' - clock_timestamp()) * 1000 AS ms
    FROM rate_windows WHERE subject = :subject
)
SELECT EXISTS (SELECT FROM counted) AS is_counted,
       greatest(0, coalesce((SELECT ms FROM remaining), 60000))::float8 AS retry_after_ms`,
);
