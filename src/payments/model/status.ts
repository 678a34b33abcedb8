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
 * What the gateway knows: the public status, and besides it two facts that clients need not tell apart.
 * RELEASED is a claim given back because nothing was sent (clients see PROCESSING); FAILED_INFERRED is a failure that nobody
 * reported but that follows from the provider not knowing the order (clients see FAILED), so real news may still overrule it.
 */
export type PaymentStanding = PaymentStatus | 'RELEASED' | 'FAILED_INFERRED';

/**
 * The order of statuses, used by everyone who brings news: a payment moves to a standing of higher rank and never back.
 * Equal ranks (PENDING and REQUIRES_ACTION) are decided by the later provider time, then REQUIRES_ACTION.
 * RELEASED and PROCESSING share the bottom: only the claim protocol moves a payment between those two, never news.
 */
export const STANDING_RANKS: Readonly<Record<PaymentStanding, number>> = {
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

/** Standings that news of this standing overrules without looking at the time. */
export function standingsBelow(standing: PaymentStanding): PaymentStanding[] {
  return (Object.keys(STANDING_RANKS) as PaymentStanding[]).filter(
    (candidate) => STANDING_RANKS[candidate] < STANDING_RANKS[standing],
  );
}

export interface DatedStanding {
  readonly standing: PaymentStanding;
  /** When the provider says this became true; milliseconds since the Unix epoch. */
  readonly providerTimeMs: number;
}

/** Whether news moves a payment on from where it stands; what does not is kept in the timeline and changes nothing. */
export function overrules(news: DatedStanding, present: DatedStanding): boolean {
  const newsRank = STANDING_RANKS[news.standing];
  const presentRank = STANDING_RANKS[present.standing];
  if (newsRank !== presentRank) return newsRank > presentRank;
  if (newsRank !== STANDING_RANKS.REQUIRES_ACTION) return false;
  if (news.providerTimeMs !== present.providerTimeMs) return news.providerTimeMs > present.providerTimeMs;
  return news.standing === 'REQUIRES_ACTION' && present.standing === 'PENDING';
}

export function toPublicStatus(standing: PaymentStanding): PaymentStatus {
  if (standing === 'RELEASED') return 'PROCESSING';
  if (standing === 'FAILED_INFERRED') return 'FAILED';
  return standing;
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
