/**
 * The attempt to pay that has no answer yet: its input, idempotency key included. It is written down before anything is sent and
 * forgotten when the outcome is known, so that a repeated click, a lost connection or a reloaded page sends the same key again,
 * and the gateway charges once.
 */
const ATTEMPT = 'attempt';
const PAYMENT_ID = 'paymentId';

export function rememberAttempt(input) {
  sessionStorage.setItem(ATTEMPT, JSON.stringify(input));
}

/** The input of the unanswered attempt, or null. */
export function findAttempt() {
  const text = sessionStorage.getItem(ATTEMPT);
  return text === null ? null : JSON.parse(text);
}

export function forgetAttempt() {
  sessionStorage.removeItem(ATTEMPT);
}

/** Kept for the page that the payer comes back to. */
export function rememberPayment(id) {
  sessionStorage.setItem(PAYMENT_ID, id);
}

export function findPaymentId() {
  return sessionStorage.getItem(PAYMENT_ID);
}
