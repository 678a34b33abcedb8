import { PAYMENT_ERRORS, type PaymentErrorCode } from '../../payments/model/errors.js';
import type { PaymentErrorType } from './payment-error.type.js';

export interface ViewOptions {
  readonly requestId: string;
  readonly nowMs: number;
}

export function toErrorFields(code: PaymentErrorCode, requestId: string): PaymentErrorType {
  const { message, retry } = PAYMENT_ERRORS[code];
  return { code, message, retry, requestId };
}
