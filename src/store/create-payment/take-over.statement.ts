import type { TakeOverOptions } from '../../payments/ports/payment-store.js';
import { toTimeParam } from '../database/sql-database.js';
import { compileStatement, type Statement } from '../database/statement.js';
import { notifyOf } from '../payments/notify.fragment.js';
import { EVENTS_WITH_NEW, selectPayment, STORED_EVENTS } from '../payments/select-payment.fragment.js';
import { COUNTED_RATES, RATE_PARAMS, SPENT_RATES, toRateValues } from './rate-limit.fragment.js';

/**
 * Decides at one time whether the wait is over, a rate spent or the key expired. A takeover whose
 * answer was lost is found by its claim id.
 */
export function takeOverStatement(paymentId: string, options: TakeOverOptions): Statement {
  return TAKE_OVER({
    ...toRateValues(options),
    id: paymentId,
    claim_id: options.claimId,
    event_id: options.eventId,
    send_window_ms: options.sendWindowMs,
    gateway_time: toTimeParam(options.gatewayTimeMs),
  });
}

const PARAMS = {
  ...RATE_PARAMS,
  id: 'text',
  claim_id: 'text',
  event_id: 'text',
  send_window_ms: 'float8',
  gateway_time: 'timestamptz',
} as const;

const TAKE_OVER = compileStatement(
  PARAMS,
  `
WITH ${SPENT_RATES}, released AS (
  SELECT extract(epoch FROM retry_at - statement_timestamp()) * 1000 AS wait_ms
    FROM payments WHERE id = :id AND state = 'RELEASED' AND idempotency_key IS NOT NULL
), claimed AS (
  UPDATE payments
     SET state = 'PROCESSING', epoch = epoch + 1, claim_id = :claim_id, updated_at = clock_timestamp(), retry_at = NULL,
         send_before = clock_timestamp() + :send_window_ms * interval '1 millisecond',
         reconcile_after = clock_timestamp() + :send_window_ms * interval '1 millisecond',
         sent_by_gateway_at = :gateway_time, reconcile_attempts = 0, clean_lookups = 0
   WHERE id = :id AND state = 'RELEASED' AND idempotency_key IS NOT NULL
     AND (retry_at IS NULL OR retry_at <= statement_timestamp()) AND NOT EXISTS (SELECT FROM spent)
  RETURNING *
), new_event AS (
  INSERT INTO payment_events (id, payment_id, dedupe_key, state, source, occurred_at, detail)
  SELECT :event_id, id, 'claim:' || epoch, state, 'CREATE_PAYMENT', updated_at, 'Taken up again by a repeated call.'
    FROM claimed
  RETURNING *
), ${COUNTED_RATES}
SELECT NULL::float8 AS wait_ms, NULL::float8 AS retry_after_ms,
       ${selectPayment(EVENTS_WITH_NEW)}, ${notifyOf('new_event')}
  FROM claimed AS p
UNION ALL
SELECT NULL, NULL, ${selectPayment(STORED_EVENTS)}, 0
  FROM payments AS p WHERE id = :id AND state = 'PROCESSING' AND claim_id = :claim_id
UNION ALL
SELECT wait_ms::float8, NULL, NULL, NULL, 0 FROM released WHERE wait_ms > 0
UNION ALL
SELECT NULL, retry_after_ms, NULL, NULL, 0 FROM spent, released WHERE wait_ms IS NULL OR wait_ms <= 0`,
);
