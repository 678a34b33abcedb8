export const PAYMENT_STATUSES = [
  'PROCESSING',
  'REQUIRES_ACTION',
  'PENDING',
  'SUCCEEDED',
  'FAILED',
  'UNKNOWN',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/**
 * What the gateway knows: the public status, and two states that clients need not tell apart.
 * RELEASED (shown as PROCESSING) is a claim that was given back because nothing was sent.
 * FAILED_INFERRED (shown as FAILED) is a failure that follows from the provider not knowing the
 * order, so an update of it may still overrule it.
 */
export type PaymentState = PaymentStatus | 'RELEASED' | 'FAILED_INFERRED';

/**
 * The order of states for every update: a payment moves to a state of higher rank and never back.
 * Equal ranks (PENDING and REQUIRES_ACTION) are decided by the later provider time, then
 * REQUIRES_ACTION. Only the claim protocol moves a payment between RELEASED and PROCESSING, never
 * an update.
 */
export const STATE_RANKS: Readonly<Record<PaymentState, number>> = {
  RELEASED: 0,
  PROCESSING: 0,
  UNKNOWN: 1,
  FAILED_INFERRED: 2,
  PENDING: 3,
  REQUIRES_ACTION: 3,
  FAILED: 4,
  SUCCEEDED: 5,
  PARTIALLY_REFUNDED: 6,
  REFUNDED: 7,
};

export function statesBelow(state: PaymentState): PaymentState[] {
  return (Object.keys(STATE_RANKS) as PaymentState[]).filter(
    (candidate) => STATE_RANKS[candidate] < STATE_RANKS[state],
  );
}

export function toPublicStatus(state: PaymentState): PaymentStatus {
  if (state === 'RELEASED') return 'PROCESSING';
  if (state === 'FAILED_INFERRED') return 'FAILED';
  return state;
}

export function isCharged(status: PaymentStatus): boolean {
  return STATE_RANKS[status] >= STATE_RANKS.SUCCEEDED;
}

const TERMINAL: ReadonlySet<PaymentStatus> = new Set(['SUCCEEDED', 'FAILED', 'PARTIALLY_REFUNDED', 'REFUNDED']);

export function isTerminal(status: PaymentStatus): boolean {
  return TERMINAL.has(status);
}
