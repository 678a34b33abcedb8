import type { Payment } from '../../payments/model/payment.js';
import { toTimeParam } from '../database/sql-database.js';
import { compileStatement, type Statement } from '../database/statement.js';
import { hashKey } from '../payments/key-hash.js';
import { INTENT_COLUMNS, INTENT_PARAMS, INTENT_VALUES, toIntentValues } from './intent.fragment.js';

/**
 * The lost payment as it was claimed, due at once: its order may be there already. The update that
 * found it missing brings the rest.
 */
export function restoreStatement(payment: Payment): Statement {
  const { idempotencyKey, sentByGatewayAtMs } = payment;
  return RESTORE({
    ...toIntentValues(payment),
    id: payment.id,
    idempotency_key: idempotencyKey,
    key_hash: idempotencyKey === null ? null : hashKey(idempotencyKey),
    claim_id: payment.claimId,
    epoch: payment.epoch,
    created_at: toTimeParam(payment.createdAtMs),
    send_before: toTimeParam(payment.sendBeforeMs),
    sent_by_gateway_at: sentByGatewayAtMs === null ? null : toTimeParam(sentByGatewayAtMs),
    event_id: payment.timeline[0]?.id ?? null,
  });
}

const PARAMS = {
  ...INTENT_PARAMS,
  id: 'text',
  idempotency_key: 'text',
  key_hash: 'text',
  claim_id: 'text',
  epoch: 'integer',
  created_at: 'timestamptz',
  send_before: 'timestamptz',
  sent_by_gateway_at: 'timestamptz',
  event_id: 'text',
} as const;

const RESTORE = compileStatement(
  PARAMS,
  `
WITH restored AS (
  INSERT INTO payments (id, idempotency_key, idempotency_key_hash, claim_id,
    state, epoch, created_at, updated_at, provider_time, send_before, reconcile_after, sent_by_gateway_at,
    ${INTENT_COLUMNS})
  SELECT :id, :idempotency_key, :key_hash, :claim_id,
    'PROCESSING', :epoch, :created_at, clock_timestamp(), :created_at, :send_before, :send_before, :sent_by_gateway_at,
    ${INTENT_VALUES}
   WHERE :key_hash IS NOT NULL
  ON CONFLICT DO NOTHING
  RETURNING *
)
INSERT INTO payment_events (id, payment_id, dedupe_key, state, source, occurred_at, detail)
SELECT :event_id, id, 'claim:' || epoch, state, 'CREATE_PAYMENT', created_at,
       'The database had lost this payment. The gateway wrote it again.'
  FROM restored
ON CONFLICT DO NOTHING`,
);
