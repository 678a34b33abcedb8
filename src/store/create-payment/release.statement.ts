import type { ReleaseOptions } from '../../payments/ports/payment-store.js';
import { compileStatement, type Statement } from '../database/statement.js';
import { notifyOf } from '../payments/notify.fragment.js';
import { EVENTS_WITH_NEW, selectPayment } from '../payments/select-payment.fragment.js';

/** For the holder of the claim only. The claim id names it: a restored database gives an epoch twice. */
export function releaseStatement(paymentId: string, options: ReleaseOptions): Statement {
  return RELEASE({
    id: paymentId,
    claim_id: options.claimId,
    event_id: options.eventId,
    detail: options.detail,
    retry_after_ms: options.retryAfterMs ?? null,
  });
}

const PARAMS = { id: 'text', claim_id: 'text', event_id: 'text', detail: 'text', retry_after_ms: 'float8' } as const;

const RELEASE = compileStatement(
  PARAMS,
  `
WITH released AS (
  UPDATE payments
     SET state = 'RELEASED', updated_at = clock_timestamp(),
         retry_at = clock_timestamp() + :retry_after_ms * interval '1 millisecond',
         reconcile_after = CASE WHEN lookup_asked_at IS NOT NULL THEN clock_timestamp() END
   WHERE id = :id AND claim_id = :claim_id AND state = 'PROCESSING'
  RETURNING *
), new_event AS (
  INSERT INTO payment_events (id, payment_id, dedupe_key, state, source, occurred_at, detail)
  SELECT :event_id, id, 'release:' || epoch, state, 'PROVIDER_ANSWER', updated_at, left(:detail, 1000) FROM released
  RETURNING *
)
SELECT ${selectPayment(EVENTS_WITH_NEW)}, ${notifyOf('new_event')}
  FROM released AS p`,
);
