/** What a client may do after an outcome. */
export const RETRY_ADVICE = {
  RETRY_SAME_KEY:
    'Nothing was charged. Send the same input with the same idempotency key again, after retryAfter where it is given.',
  FIX_INPUT:
    'Nothing was charged and the key is unused. Correct the input and send it again, with the same key or another.',
  USE_NEW_KEY:
    'This key is spent. For another attempt to charge, send the (corrected) input with a new idempotency key.',
  WAIT_AND_QUERY: 'The payer may have been charged. Do not create another payment: ask for this one again later.',
  DO_NOT_RETRY: 'Another attempt can not succeed or is not wanted.',
} as const;
export type RetryAdvice = keyof typeof RETRY_ADVICE;

/** The catalogue of expected errors: what each code means, and what to do about it. The public schema and docs/errors.md are kept equal to it by tests. */
export const PAYMENT_ERRORS = {
  INVALID_INPUT: {
    retry: 'FIX_INPUT',
    message: 'The input breaks at least one rule; `issues` names each field and rule. Nothing was charged.',
  },
  KEY_REUSED: {
    retry: 'USE_NEW_KEY',
    message:
      'This idempotency key was used before with another input. Nothing was charged now; use a new key for a new payment.',
  },
  KEY_EXPIRED: {
    retry: 'USE_NEW_KEY',
    message:
      'This idempotency key was used longer ago than keys are kept. Nothing was charged now; look at the earlier payment before making a new one.',
  },
  PAYMENT_REJECTED: {
    retry: 'USE_NEW_KEY',
    message:
      'The provider refused the request and charged nothing. Correct what `providerCode` names and send it with a new idempotency key.',
  },
  OUTCOME_UNKNOWN: {
    retry: 'WAIT_AND_QUERY',
    message:
      'The request reached the provider but its answer did not arrive. The payer may have been charged; the gateway is finding out. Query this payment again at `checkAgainAt`.',
  },
  PROVIDER_UNAVAILABLE: {
    retry: 'RETRY_SAME_KEY',
    message:
      'The provider did not take the request, so nothing was charged. Send it again with the same idempotency key.',
  },
  STORE_UNAVAILABLE: {
    retry: 'RETRY_SAME_KEY',
    message:
      'The gateway could not record the payment, so nothing was sent to the provider. Send it again with the same idempotency key.',
  },
  RATE_LIMITED: {
    retry: 'RETRY_SAME_KEY',
    message:
      'Too many payments in a short time. Nothing was charged; send it again after `retryAfter` with the same idempotency key.',
  },
  PAYMENT_NOT_FOUND: {
    retry: 'DO_NOT_RETRY',
    message: 'There is no payment with this id, or it is somebody else’s.',
  },
  QR_NOT_REFRESHABLE: {
    retry: 'DO_NOT_RETRY',
    message:
      'This payment has no QR code that could be renewed: only a Cash App payment that still waits for its payer has one. Look at the payment’s status.',
  },
  QR_REFRESH_FAILED: {
    retry: 'WAIT_AND_QUERY',
    message:
      'No new QR code could be had. The present one may still be paid, or have been paid already: look at the payment, then ask for a new code again.',
  },
} as const satisfies Record<string, { retry: RetryAdvice; message: string }>;
export type PaymentErrorCode = keyof typeof PAYMENT_ERRORS;

/** The store did not answer, so nothing is known to be recorded. Thrown by every method of the store's port. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}
