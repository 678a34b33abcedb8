import type { Payment } from '../model/payment.js';
import type { PaymentState } from '../model/status.js';

/** How long the reconciler asks about an unfinished payment, and an event waits for its payment. */
export const LOOKED_UP_FOR_MS = 7 * 86_400_000;

/**
 * Each method is one atomic statement and throws StoreUnavailableError. One that takes a due
 * payment does nothing once an update has moved the payment since its lease.
 */
export interface ReconciliationStore {
  /**
   * Leases due payments, those waiting longest first. The lease is the next `reconcileAfter`: no
   * other reconciler gets the payment meanwhile, and the lease of a process that died ends by
   * itself. Abandoned PROCESSING payments become UNKNOWN with a higher epoch, so that a sender that
   * wakes up late can neither send nor release. A time further ahead than any pause was set by a
   * database clock that was ahead: the payment is due then.
   */
  lockDue(options: LockDueOptions): Promise<DuePayment[]>;
  renewLease(due: DuePayment, leaseMs: number): Promise<void>;
  endLease(due: DuePayment): Promise<void>;
  /**
   * Counts a lookup that showed no order of an UNKNOWN payment, unless one has become ambiguous
   * since the lease. Orders that were ambiguous before are another payment's and forgotten.
   */
  recordCleanLookup(due: DuePayment, options: CleanLookupOptions): Promise<CleanLookups>;
  recordAmbiguous(paymentId: string, orderIds: readonly string[]): Promise<void>;
  /** Leaves the payment to a person, with the orders in question. Of several reasons the gravest stays. */
  flag(paymentId: string, reason: FlagReason, orderIds?: readonly string[]): Promise<void>;
  listUnalarmed(): Promise<FlaggedPayment[]>;
  recordAlarm(flagged: FlaggedPayment): Promise<void>;
  recordAnswered(due: DuePayment): Promise<void>;
  giveUp(due: DuePayment, ageMs: number): Promise<void>;
  stopLooking(due: DuePayment): Promise<void>;
  listAnswered(options: AnsweredOptions): Promise<AnsweredPayment[]>;
  findHolders(orderIds: readonly string[]): Promise<(string | null)[]>;
  listFlagged(): Promise<FlaggedPayment[]>;
  expireKeys(ageMs: number): Promise<number>;
}

export interface AnsweredOptions extends Pick<Payment, 'referenceIsOurs'> {
  readonly olderThanMs: number;
}

export type AnsweredPayment = Pick<Payment, 'merchantReferenceId'> & { readonly orderId: string };

export interface CleanLookupOptions extends SendOptions {
  readonly turnsUpForMs: number;
  readonly graceMs: number;
}

interface SendOptions {
  readonly sendWindowMs: number;
  readonly gatewayTimeMs: number;
}

export interface CleanLookups {
  readonly count: number;
  readonly isTimeOver: boolean;
}

export interface LockDueOptions extends SendOptions {
  readonly limit: number;
  /** How long past its `send_before` a payment is left to its sender, which may wait for the provider's answer. */
  readonly abandonedAfterMs: number;
  readonly unknownPauses: Pauses;
  readonly waitingPauses: Pauses;
  readonly lateLookPauseMs: number;
  readonly leaseMs: number;
}

interface Pauses {
  readonly firstMs: number;
  readonly longestMs: number;
}

export interface DuePayment {
  readonly payment: Payment;
  readonly attempts: number;
  readonly cleanLookups: number;
  readonly ambiguousOrderIds: readonly string[];
  readonly dueAgainAt: string;
  /** Whether the answer to the present claim, which alone brings an action, may still come; database clock. */
  readonly awaitsAnswer: boolean;
  readonly askedAt: string | null;
}

/** Why a person has to look at a payment, the gravest first. */
export const FLAG_REASONS = {
  SEVERAL_ORDERS: 'More than one order is said to be this payment’s: the payer may have been charged more than once.',
  FOUND_AFTER_FAILURE:
    'An order turned up, or was charged, after the payment had failed and its client was told to use a ' +
    'new key: the payer may be charged by both.',
  ORDER_OF_ANOTHER:
    'One order was said to be this payment’s and another’s: one of the two may be shown as paid and is not.',
  AMOUNT_MISMATCH:
    'The provider charged another amount than the caller asked for, and nothing explains the difference.',
  AMBIGUOUS_ORDER:
    'An order bears the caller’s own reference and lacks our metadata: it may be this payment’s or another’s.',
  ABSENCE_NOT_PROVED:
    'Complete lookups show no order of this payment, but they do not show either that they would: none ' +
    'has found an answered payment with a reference of its kind. It may be charged under another form of ' +
    'its reference.',
  NO_OUTCOME_IN_TIME: 'The provider has given no outcome for longer than a payment may take.',
} as const;
export type FlagReason = keyof typeof FLAG_REASONS;

export const REASONS_CLEARED_BY_OUTCOME: readonly FlagReason[] = [
  'AMBIGUOUS_ORDER',
  'ABSENCE_NOT_PROVED',
  'NO_OUTCOME_IN_TIME',
];

export interface FlaggedPayment {
  readonly payment: Payment;
  readonly reason: FlagReason;
  readonly ambiguousOrderIds: readonly string[];
  readonly otherOrderIds: readonly string[];
  readonly flaggedAtMs: number;
}

/** When a payment is first looked up after it came to a state; null: never, or by `send_before`. */
export const FIRST_LOOKUP_AFTER_MS: Readonly<Record<PaymentState, number | null>> = {
  RELEASED: null,
  PROCESSING: null,
  UNKNOWN: 0,
  FAILED_INFERRED: 3_600_000,
  PENDING: 30_000,
  REQUIRES_ACTION: 30_000,
  FAILED: null,
  SUCCEEDED: null,
  PARTIALLY_REFUNDED: null,
  REFUNDED: null,
};
