import type { Statement } from '../database/named-params.js';
import { hashKey } from '../payments/key-hash.js';
import { isWithinWindow } from '../create-payment/rate-limit.fragments.js';

/**
 * Counts one renewed QR code of a caller, unless the window holds as many as a minute may. The row is locked while that is decided, so two
 * replicas can't both be the last. A window begun after the statement's snapshot was taken is not seen: it is nearly a minute from its end.
 */
export function countQrRefreshStatement(scope: string, mostPerMinute: number): Statement {
  return { text: COUNT_CALL, params: [`qr-refresh:${hashKey(scope)}`, mostPerMinute] };
}

const COUNT_CALL = `
WITH counted AS (
  INSERT INTO rate_windows AS w (subject, window_start, calls, most)
  VALUES ($1::text, clock_timestamp(), 1, $2::integer)
  ON CONFLICT (subject) DO UPDATE
     SET most = EXCLUDED.most,
         calls = CASE WHEN ${isWithinWindow('EXCLUDED.window_start')} THEN w.calls + 1 ELSE 1 END,
         window_start = CASE WHEN ${isWithinWindow('EXCLUDED.window_start')} THEN w.window_start ELSE EXCLUDED.window_start END
   WHERE w.calls < EXCLUDED.most OR NOT ${isWithinWindow('EXCLUDED.window_start')}
  RETURNING subject
)
SELECT EXISTS (SELECT FROM counted) AS is_counted,
       greatest(0, coalesce((SELECT extract(epoch FROM window_start + interval '1 minute' - clock_timestamp()) * 1000
                               FROM rate_windows WHERE subject = $1), 60000))::float8 AS retry_after_ms`;
