import {
  conflictSituationOf,
  type CreatePaymentOutcome,
} from '../../payments/create-payment/create-payment.outcome.js';
import { CONFLICT_ADVICE, PAYMENT_ERRORS, type PaymentErrorCode } from '../../payments/model/errors.js';
import type { Payment } from '../../payments/model/payment.js';
import { assertNever } from '../../shared/assert-never.js';
import type { InputIssue } from '../input/find-issues.js';
import { fill } from '../payment/assign-to.js';
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
  RateLimitedType,
  type CreatePaymentResult,
  type PaymentErrorType,
} from './create-payment.result.type.js';

/** The request that is answered, and when. */
export interface AnswerOptions {
  readonly requestId: string;
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: number;
}

/** What became of a valid input, as the schema shows it. */
export function toCreatePaymentResult(outcome: CreatePaymentOutcome, options: AnswerOptions): CreatePaymentResult {
  const error = (code: PaymentErrorCode): PaymentErrorType => toErrorFields(code, options);
  switch (outcome.kind) {
    case 'created':
      return fill(new CreatePaymentSuccessType(), {
        payment: toPaymentView(outcome.payment, options.nowMs),
        replayed: outcome.replayed,
      });
    case 'conflict':
      return fill(new IdempotencyConflictType(), {
        ...toConflictFields(outcome, options),
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

/** The answer to an input that breaks rules. */
export function toInvalidInputResult(issues: readonly InputIssue[], options: AnswerOptions): InvalidPaymentInputType {
  return fill(new InvalidPaymentInputType(), {
    ...toErrorFields('INVALID_INPUT', options),
    issues: issues.map(({ path, rule, message }) => fill(new InputIssueType(), { path: [...path], rule, message })),
  });
}

/** What every expected error says. */
export function toErrorFields(code: PaymentErrorCode, { requestId }: AnswerOptions): PaymentErrorType {
  const { message, retry } = PAYMENT_ERRORS[code];
  return { code, message, retry, requestId };
}

/** The code says what happened to the key, the advice follows from what became of its payment. */
function toConflictFields({ code, payment }: ConflictOutcome, options: AnswerOptions): PaymentErrorType {
  const { retry, message } = CONFLICT_ADVICE[conflictSituationOf(payment)];
  const error = toErrorFields(code, options);
  return { ...error, retry, message: `${error.message} ${message}` };
}

type ConflictOutcome = Extract<CreatePaymentOutcome, { kind: 'conflict' }>;

function toViewOrNull(payment: Payment | null, { nowMs }: AnswerOptions): PaymentType | null {
  return payment === null ? null : toPaymentView(payment, nowMs);
}
