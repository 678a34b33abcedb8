import type { NewClaim } from '../../payments/ports/payment-store.js';
import { toTimeParam } from '../database/sql-database.js';
import { compileStatement, type Statement } from '../database/statement.js';
import { hashKey } from '../payments/key-hash.js';
import { selectPayment, STORED_EVENTS } from '../payments/select-payment.fragment.js';
import { INTENT_COLUMNS, INTENT_PARAMS, INTENT_VALUES, toIntentValues } from './intent.fragment.js';
import { COUNTED_RATES, RATE_PARAMS, SPENT_RATES, toRateValues } from './rate-limit.fragment.js';

/**
 * Inserts the payment with its first event, or selects the payment that has the key, also where a
 * rate is spent. The snapshot is older than the insert, so the second half never shows the row of
 * the first. No row at all: another claim won the key after the snapshot, and the next run shows
 * it. A repeated claim whose first run goes on conflicts by the id as well: so there is no conflict
 * target. No NOTIFY, which would make claims wait for each other's commits: the id has no watchers
 * yet.
 */
export function claimStatement(claim: NewClaim): Statement {
  return CLAIM({
    ...toIntentValues(claim),
    ...toRateValues(claim),
    id: claim.id,
    idempotency_key: claim.idempotencyKey,
    key_hash: hashKey(claim.idempotencyKey),
    claim_id: claim.claimId,
    event_id: claim.eventId,
    send_window_ms: claim.sendWindowMs,
    gateway_time: toTimeParam(claim.gatewayTimeMs),
  });
}

const PARAMS = {
  ...INTENT_PARAMS,
  ...RATE_PARAMS,
  id: 'text',
  idempotency_key: 'text',
  key_hash: 'text',
  claim_id: 'text',
  event_id: 'text',
  send_window_ms: 'float8',
  gateway_time: 'timestamptz',
} as const;

const HAS_PROVIDER_EVENT = `EXISTS (
         SELECT FROM webhook_inbox
          WHERE payment_id IS DISTINCT FROM :id AND state <> 'stored' AND gateway_payment_id = :id)`;

const HAS_THE_KEY = 'scope = :scope AND idempotency_key_hash = :key_hash';

const CLAIM = compileStatement(
  PARAMS,
  `
WITH ${SPENT_RATES}, claimed AS (
  INSERT INTO payments (id, idempotency_key, idempotency_key_hash, claim_id,
    state, epoch, created_at, updated_at, provider_time, send_before, reconcile_after, sent_by_gateway_at,
    ${INTENT_COLUMNS})
  SELECT :id, :idempotency_key, :key_hash, :claim_id,
    'PROCESSING', 1, now, now, now, send_before, send_before, :gateway_time,
    ${INTENT_VALUES}
  FROM (SELECT clock_timestamp() AS now,
               clock_timestamp() + :send_window_ms * interval '1 millisecond' AS send_before) AS moment
  WHERE NOT EXISTS (SELECT FROM spent)
  ON CONFLICT DO NOTHING
  RETURNING *
), new_event AS (
  INSERT INTO payment_events (id, payment_id, dedupe_key, state, source, occurred_at)
  SELECT :event_id, id, 'claim:1', state, 'CREATE_PAYMENT', created_at FROM claimed
  RETURNING *
), ${COUNTED_RATES}
SELECT true AS is_new, ${HAS_PROVIDER_EVENT} AS has_provider_event,
       NULL::float8 AS retry_after_ms, ${selectPayment('new_event')}
  FROM claimed AS p
UNION ALL
SELECT false, ${HAS_PROVIDER_EVENT}, NULL, ${selectPayment(STORED_EVENTS)}
  FROM payments AS p WHERE ${HAS_THE_KEY}
UNION ALL
SELECT false, false, retry_after_ms, NULL, NULL FROM spent
 WHERE NOT EXISTS (SELECT FROM payments WHERE ${HAS_THE_KEY})`,
);
