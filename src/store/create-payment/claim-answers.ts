import type { ClaimAnswer, ClaimRefusal, TakeOverAnswer } from '../../payments/ports/payment-store.js';
import type { SqlRow } from '../database/sql-database.js';
import { asSelected, toPayment, type PaymentRow } from '../payments/payment.row.js';

/** A claim is ours where this run inserted the row, or an earlier run did and no takeover raised the epoch. */
export function toClaimAnswer(row: SqlRow, claimId: string): ClaimAnswer | ClaimRefusal {
  if (typeof row.retry_after_ms === 'number') return { kind: 'limited', retryAfterMs: row.retry_after_ms };
  const selected = asSelected(row);
  const payment = toPayment(selected);
  if (row.is_new === true || isUntouchedClaim(selected.payment, claimId))
    return { kind: 'claimed', payment, hasProviderEvent: row.has_provider_event === true };
  return { kind: payment.idempotencyKey === null ? 'expired' : 'taken', payment };
}

export function toTakeOverAnswer(row: SqlRow): TakeOverAnswer | ClaimRefusal {
  if (typeof row.wait_ms === 'number') return { kind: 'tooEarly', retryAfterMs: row.wait_ms };
  if (typeof row.retry_after_ms === 'number') return { kind: 'limited', retryAfterMs: row.retry_after_ms };
  return { kind: 'takenOver', payment: toPayment(asSelected(row)) };
}

function isUntouchedClaim({ claim_id, epoch, state }: PaymentRow, claimId: string): boolean {
  return claim_id === claimId && epoch === 1 && state === 'PROCESSING';
}
