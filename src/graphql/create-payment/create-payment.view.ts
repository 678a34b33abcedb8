import {
  conflictSituationOf,
  type CreatePaymentOutcome,
} from '../../payments/create-payment/create-payment.outcome.js';
import { CONFLICT_ADVICE, type PaymentErrorCode } from '../../payments/model/errors.js';
import type { Payment } from '../../payments/model/payment.js';
import { assertNever } from '../../shared/assert-never.js';
import type { InputIssue } from '../input/input-issue.js';
import { RateLimitedType, type PaymentErrorType } from '../payment-error/payment-error.type.js';
import { toErrorFields, type ViewOptions } from '../payment-error/payment-error.view.js';
import { fill } from '../payment/fill.js';
import type { PaymentType } from '../payment/payment.type.js';
import { toPaymentView } from '../payment/payment.view.js';
import {
  CreatePaymentSuccessType,
  IdempotencyConflictType,
  InputIssueType,
  InvalidPaymentInputType,
  PaymentOutcomeUnknownType,
  PaymentRejectedType,
  ProviderUnavailableType,
  type CreatePaymentResult,
} from './create-payment.result.type.js';

export function toCreatePaymentResult(outcome: CreatePaymentOutcome, options: ViewOptions): CreatePaymentResult {
  const error = (code: PaymentErrorCode): PaymentErrorType => toErrorFields(code, options.requestId);
  switch (outcome.kind) {
    case 'created':
      return fill(new CreatePaymentSuccessType(), {
        payment: toPaymentView(outcome.payment, options.nowMs),
        replayed: outcome.replayed,
      });
    case 'conflict':
      return fill(new IdempotencyConflictType(), {
        ...toConflictFields(outcome, options.requestId),
        payment: toViewOrNull(outcome.payment, options),
      });
    case 'rejected':
      return fill(new PaymentRejectedType(), {
        ...error('PAYMENT_REJECTED'),
        providerCode: outcome.providerCode,
        providerMessage: outcome.providerMessage,
        payment: toViewOrNull(outcome.payment, options),
      });
    case 'unknown':
      return fill(new PaymentOutcomeUnknownType(), {
        ...error('OUTCOME_UNKNOWN'),
        payment: toPaymentView(outcome.payment, options.nowMs),
        checkAgainAt: new Date(outcome.checkAgainAtMs),
      });
    case 'unavailable':
      return fill(new ProviderUnavailableType(), {
        ...error(outcome.code),
        retryAfter: outcome.retryAtMs === null ? null : new Date(outcome.retryAtMs),
      });
    case 'rateLimited':
      return fill(new RateLimitedType(), { ...error('RATE_LIMITED'), retryAfter: new Date(outcome.retryAtMs) });
    default:
      return assertNever(outcome);
  }
}

export function toInvalidInputResult(issues: readonly InputIssue[], requestId: string): InvalidPaymentInputType {
  return fill(new InvalidPaymentInputType(), {
    ...toErrorFields('INVALID_INPUT', requestId),
    issues: issues.map(({ path, rule, message }) => fill(new InputIssueType(), { path: [...path], rule, message })),
  });
}

function toConflictFields({ code, payment }: ConflictOutcome, requestId: string): PaymentErrorType {
  const { retry, message } = CONFLICT_ADVICE[conflictSituationOf(payment)];
  const error = toErrorFields(code, requestId);
  return { ...error, retry, message: `${error.message} ${message}` };
}

type ConflictOutcome = Extract<CreatePaymentOutcome, { kind: 'conflict' }>;

function toViewOrNull(payment: Payment | null, { nowMs }: ViewOptions): PaymentType | null {
  return payment === null ? null : toPaymentView(payment, nowMs);
}
