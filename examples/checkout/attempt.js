/**
 * The open attempt to pay: its input with the idempotency key, and its payment once there is one. It
 * is stored before anything is sent, so a repeated click, a lost connection or a reloaded page sends
 * the same key, and the gateway charges once. It is removed when the payment is terminal, when the
 * key can pay nothing more, or when the customer leaves it.
 */
const ATTEMPT = 'attempt';
const PAYMENT_ID = 'paymentId';

export function rememberAttempt(input) {
  writeAttempt({ input, paymentId: null });
}

/** The open attempt, or null. Without a paymentId it may or may not have reached the gateway. */
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

/** Kept for the return page, and beside the attempt that made it. */
export function rememberPayment(input, { id }) {
  writeAttempt({ input, paymentId: id });
  sessionStorage.setItem(PAYMENT_ID, id);
}

export function rememberPaymentId(id) {
  sessionStorage.setItem(PAYMENT_ID, id);
}

export function findPaymentId() {
  return sessionStorage.getItem(PAYMENT_ID);
}

function writeAttempt(attempt) {
  sessionStorage.setItem(ATTEMPT, JSON.stringify(attempt));
}
