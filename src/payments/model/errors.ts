import { KEY_RETENTION_DAYS } from './key-retention.js';

export const RETRY_ADVICE = {
  RETRY_SAME_KEY:
    'This call charged nothing. Send the same input with the same idempotency key again, after ' +
    'retryAfter where it is given: a key never charges twice.',
  FIX_INPUT:
    'This call charged nothing and did not use the key. Correct the input and send it again with the ' +
    'same key: an earlier call with it may have charged.',
  USE_NEW_KEY:
    'This key is spent, and its payment charges nothing. For another attempt to charge, send the ' +
    '(corrected) input with a new idempotency key.',
  WAIT_AND_QUERY: 'The payer may have been charged. Do not create another payment: ask for this one again later.',
  DO_NOT_RETRY: 'Another attempt can not succeed or is not wanted.',
} as const;
export type RetryAdvice = keyof typeof RETRY_ADVICE;

/** The catalogue of expected errors; tests keep the public schema and docs/errors.md equal to it. */
export const PAYMENT_ERRORS = {
  INVALID_INPUT: {
    retry: 'FIX_INPUT',
    message: 'The input breaks at least one rule; `issues` names each field and rule. This call charged nothing.',
  },
  KEY_REUSED: {
    retry: 'DO_NOT_RETRY',
    message: 'This idempotency key was used before with another input. This call charged nothing.',
  },
  KEY_EXPIRED: {
    retry: 'DO_NOT_RETRY',
    message:
      `This idempotency key was used longer ago than the ${KEY_RETENTION_DAYS} days that keys are kept. ` +
      'This call charged nothing.',
  },
  PAYMENT_REJECTED: {
    retry: 'USE_NEW_KEY',
    message:
      'The provider refused the request and charged nothing. Correct what `providerCode` names and send ' +
      'it with a new idempotency key.',
  },
  OUTCOME_UNKNOWN: {
    retry: 'WAIT_AND_QUERY',
    message:
      'The request may have reached the provider, and no outcome of it is known. The payer may have been ' +
      'charged; the gateway is finding out. Query this payment again at `checkAgainAt`.',
  },
  PROVIDER_UNAVAILABLE: {
    retry: 'RETRY_SAME_KEY',
    message:
      'The provider did not take the request, so nothing was charged. Send it again with the same ' +
      'idempotency key.',
  },
  STORE_UNAVAILABLE: {
    retry: 'RETRY_SAME_KEY',
    message:
      'The gateway could not record this call, so it sent nothing to the provider. An earlier call with ' +
      'the same key may have charged: send it again with the same idempotency key, which never charges ' +
      'twice.',
  },
  RATE_LIMITED: {
    retry: 'RETRY_SAME_KEY',
    message:
      'Too many payments in a short time, or too many calls at once with a key that is being worked on. ' +
      'This call charged nothing; send it again after `retryAfter` with the same idempotency key, which ' +
      'never charges twice.',
  },
  PAYMENT_NOT_FOUND: {
    retry: 'DO_NOT_RETRY',
    message: 'There is no payment with this id, or it is somebody else’s.',
  },
  QR_NOT_REFRESHABLE: {
    retry: 'DO_NOT_RETRY',
    message:
      'This payment has no QR code that could be renewed: only a Cash App payment that still waits for ' +
      'its payer has one. Look at the payment’s status.',
  },
  QR_RATE_LIMITED: {
    retry: 'WAIT_AND_QUERY',
    message:
      'Too many QR codes were asked for in a short time. The present one is still good until it expires; ' +
      'ask for another after `retryAfter`.',
  },
  QR_REFRESH_FAILED: {
    retry: 'WAIT_AND_QUERY',
    message:
      'No new QR code could be had. The present one may still be paid, or have been paid already: look at ' +
      'the payment, then ask for a new code again.',
  },
} as const satisfies Record<string, { retry: RetryAdvice; message: string }>;
export type PaymentErrorCode = keyof typeof PAYMENT_ERRORS;

/**
 * By what became of the key's payment. Another key is advised only where that payment charges
 * nothing: a client that timed out and changed a field is about to pay twice.
 */
export const CONFLICT_ADVICE = {
  UNDER_WAY: {
    retry: 'WAIT_AND_QUERY',
    message:
      'The payment of this key may still charge the payer. Ask for it again later, and use no other key ' +
      'meanwhile.',
  },
  CHARGED: {
    retry: 'DO_NOT_RETRY',
    message: 'The payment of this key has charged the payer. Another key would charge again.',
  },
  FAILED: {
    retry: 'USE_NEW_KEY',
    message: 'The payment of this key failed and charged nothing. Use a new key for another attempt.',
  },
  FORGOTTEN: {
    retry: 'DO_NOT_RETRY',
    message: 'What became of its payment is not known any more. Look it up before making another.',
  },
} as const satisfies Record<string, { retry: RetryAdvice; message: string }>;
export type ConflictSituation = keyof typeof CONFLICT_ADVICE;

/** The store did not answer: whether anything was written is not known. */
export class StoreUnavailableError extends Error {
  override readonly name: string = 'StoreUnavailableError';
}

export class PaymentLostError extends Error {
  override readonly name = 'PaymentLostError';
  constructor(paymentId: string) {
    super(`the payment ${paymentId} is not in the store`);
  }
}

/** The store has more to do than it can and was not asked: certainly nothing was written. */
export class StoreBusyError extends StoreUnavailableError {
  override readonly name = 'StoreBusyError';
}
