import { assertNever } from '../../shared/assert-never.js';
import type { Clock } from '../../shared/clock.js';
import type { ConflictSituation } from '../model/errors.js';
import { statusOf, type Payment } from '../model/payment.js';
import type { ClaimRefusal } from '../ports/payment-store.js';

export type CreatePaymentOutcome =
  | { readonly kind: 'created'; readonly payment: Payment; readonly replayed: boolean }
  | {
      readonly kind: 'conflict';
      readonly code: 'KEY_REUSED' | 'KEY_EXPIRED';
      readonly payment: Payment | null;
    }
  | {
      readonly kind: 'rejected';
      readonly payment: Payment;
      readonly providerCode: string;
      readonly providerMessage: string | null;
    }
  | { readonly kind: 'unknown'; readonly payment: Payment; readonly checkAgainAtMs: number }
  | {
      readonly kind: 'unavailable';
      readonly code: 'PROVIDER_UNAVAILABLE' | 'STORE_UNAVAILABLE';
      readonly retryAtMs: number | null;
    }
  | { readonly kind: 'rateLimited'; readonly retryAtMs: number };

const CHECK_AGAIN_AFTER_MS = 15_000;

export function toOutcome(payment: Payment, { replayed }: { replayed: boolean }, clock: Clock): CreatePaymentOutcome {
  const status = statusOf(payment);
  if (status === 'UNKNOWN') return outcomeUnknown(payment, clock);
  if (status === 'FAILED' && payment.rejection !== null) return { kind: 'rejected', payment, ...payment.rejection };
  return { kind: 'created', payment, replayed };
}

export function outcomeUnknown(payment: Payment, clock: Clock): CreatePaymentOutcome {
  return { kind: 'unknown', payment, checkAgainAtMs: clock.now() + CHECK_AGAIN_AFTER_MS };
}

export function providerUnavailable(retryAtMs: number | null): CreatePaymentOutcome {
  return { kind: 'unavailable', code: 'PROVIDER_UNAVAILABLE', retryAtMs };
}

export function rateLimited({ retryAfterMs }: ClaimRefusal, clock: Pick<Clock, 'now'>): CreatePaymentOutcome {
  return { kind: 'rateLimited', retryAtMs: clock.now() + retryAfterMs };
}

/** This call charged nothing; an earlier one may have. */
export function storeUnavailable(): CreatePaymentOutcome {
  return { kind: 'unavailable', code: 'STORE_UNAVAILABLE', retryAtMs: null };
}

/**
 * What became of the payment that has the key. One that was given back is under way until its key
 * expires: its caller was asked to send it again.
 */
export function conflictSituationOf(payment: Payment | null): ConflictSituation {
  if (payment === null) return 'FORGOTTEN';
  if (payment.state === 'RELEASED' && payment.idempotencyKey === null) return 'FAILED';
  const status = statusOf(payment);
  switch (status) {
    case 'PROCESSING':
    case 'UNKNOWN':
    case 'PENDING':
    case 'REQUIRES_ACTION':
      return 'UNDER_WAY';
    case 'SUCCEEDED':
    case 'PARTIALLY_REFUNDED':
    case 'REFUNDED':
      return 'CHARGED';
    case 'FAILED':
      return 'FAILED';
    default:
      return assertNever(status);
  }
}
