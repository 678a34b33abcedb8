/**
 * The attempt to pay that is not over: its input, idempotency key included, and its payment once there is one. It is written down before
 * anything is sent and forgotten when the payment is terminal, when the gateway says that this key can pay nothing more, or when the
 * customer leaves it. So a repeated click, a lost connection or a reloaded page sends the same key again, and the gateway charges once.
 */
const ATTEMPT = 'attempt';
const PAYMENT_ID = 'paymentId';

export function rememberAttempt(input) {
  writeAttempt({ input, paymentId: null });
}

/** The attempt that is not over, or null. Where its paymentId is null, nobody knows whether the gateway took it. */
export function findAttempt() {
  const text = sessionStorage.getItem(ATTEMPT);
  return text === null ? null : JSON.parse(text);
}

export function forgetAttempt() {
  sessionStorage.removeItem(ATTEMPT);
}

/** A terminal payment ends its own attempt, and no later one. */
export function endAttempt({ id, terminal }) {
  if (terminal && findAttempt()?.paymentId === id) forgetAttempt();
}

/** Kept for the page that the payer comes back to, and beside the attempt that made it. */
export function rememberPayment(input, { id }) {
  writeAttempt({ input, paymentId: id });
  sessionStorage.setItem(PAYMENT_ID, id);
}

/** For a page that was told which payment is meant. */
export function rememberPaymentId(id) {
  sessionStorage.setItem(PAYMENT_ID, id);
}

export function findPaymentId() {
  return sessionStorage.getItem(PAYMENT_ID);
}

function writeAttempt(attempt) {
  sessionStorage.setItem(ATTEMPT, JSON.stringify(attempt));
}
