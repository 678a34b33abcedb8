/** What a client is told about a payment. */
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
 * What the gateway knows: the public status, and besides it two fields that clients need not tell apart.
 * RELEASED is a claim given back because nothing was sent (clients see PROCESSING); FAILED_INFERRED is a failure that nobody
 * reported but that follows from the provider not knowing the order (clients see FAILED), so real update may still overrule it.
 */
export type PaymentState = PaymentStatus | 'RELEASED' | 'FAILED_INFERRED';

/**
 * The order of statuses, used by everyone who brings update: a payment moves to a state of higher rank and never back.
 * Equal ranks (PENDING and REQUIRES_ACTION) are decided by the later provider time, then REQUIRES_ACTION.
 * RELEASED and PROCESSING share the bottom: only the claim protocol moves a payment between those two, never update.
 */
export const STANDING_RANKS: Readonly<Record<PaymentState, number>> = {
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

/** States that update of this state overrules without looking at the time. */
export function statesBelow(state: PaymentState): PaymentState[] {
  return (Object.keys(STANDING_RANKS) as PaymentState[]).filter(
    (candidate) => STANDING_RANKS[candidate] < STANDING_RANKS[state],
  );
}

export interface DatedState {
  readonly state: PaymentState;
  /** When the provider says this became true; milliseconds since the Unix epoch. */
  readonly providerTimeMs: number;
}

/** Whether update moves a payment on from where it stands; what does not is kept in the timeline and changes nothing. */
export function overrules(update: DatedState, present: DatedState): boolean {
  const newsRank = STANDING_RANKS[update.state];
  const presentRank = STANDING_RANKS[present.state];
  if (newsRank !== presentRank) return newsRank > presentRank;
  if (newsRank !== STANDING_RANKS.REQUIRES_ACTION) return false;
  if (update.providerTimeMs !== present.providerTimeMs) return update.providerTimeMs > present.providerTimeMs;
  return update.state === 'REQUIRES_ACTION' && present.state === 'PENDING';
}

export function toPublicStatus(state: PaymentState): PaymentStatus {
  if (state === 'RELEASED') return 'PROCESSING';
  if (state === 'FAILED_INFERRED') return 'FAILED';
  return state;
}

/** Whether the payer was charged, whatever was given back since. */
export function isCharged(status: PaymentStatus): boolean {
  return STANDING_RANKS[status] >= STANDING_RANKS.SUCCEEDED;
}

const TERMINAL: ReadonlySet<PaymentStatus> = new Set(['SUCCEEDED', 'FAILED', 'PARTIALLY_REFUNDED', 'REFUNDED']);

/** Whether the payer and the client have nothing left to wait for. Refunds may still follow a success. */
export function isTerminal(status: PaymentStatus): boolean {
  return TERMINAL.has(status);
}
