import type { Payment } from '../model/payment.js';
import type { PaymentState } from '../model/status.js';

/**
 * What the reconciler needs of the store. Each method is one atomic statement; none spans a network call to the provider.
 * Every method throws StoreUnavailableError when the store can't be reached or can't write.
 */
export interface ReconciliationStore {
  /**
   * Leases payments whose time has come, those waiting longest first: the lease is the next `reconcileAfter`, so that no other reconciler
   * gets them meanwhile and a lease that nobody works off ends by itself. Abandoned PROCESSING payments become UNKNOWN with a higher epoch,
   * so that a sender who wakes up late can neither send nor release. A time further ahead than any pause reaches
   * was set by a database clock that was ahead: the payment is due at the next call, by the gateway's clock.
   */
  lockDue(options: LockDueOptions): Promise<DuePayment[]>;
  /** Prolongs the lease of a lookup that takes long, unless update has moved the payment meanwhile. */
  renewLease(due: DuePayment, leaseMs: number): Promise<void>;
  /** Ends the lease once the lookup is done: the payment is due again after its pause, unless update has moved it meanwhile. */
  endLease(due: DuePayment): Promise<void>;
  /**
   * Counts a lookup that proved that the provider lists no order of an UNKNOWN payment. The lookup showed all that was
   * ambiguous by then to be somebody else's, so that is forgotten, with the flag for it.
   * Nothing is counted where another order has become ambiguous since the lease.
   */
  recordCleanLookup(due: DuePayment, options: CleanLookupOptions): Promise<CleanLookups>;
  /** Remembers orders that may be the payment's, and leaves it to a person, as `flag` does. */
  recordAmbiguous(paymentId: string, orderIds: readonly string[]): Promise<void>;
  /** Leaves the payment to a person, with the orders in question. Of several reasons the gravest stays. */
  flag(paymentId: string, reason: FlagReason, orderIds?: readonly string[]): Promise<void>;
  /** Flags that no operator was alarmed of yet, whoever wrote them. A reason that a graver one has replaced is a flag of its own. */
  listUnalarmed(): Promise<FlaggedPayment[]>;
  /** The operators are alarmed of it. */
  recordAlarm(flagged: FlaggedPayment): Promise<void>;
  /** The lookup that an event asked for is answered, unless another was asked for since the lease: with nothing else to wait for, it was the last. */
  recordAnswered(due: DuePayment): Promise<void>;
  /**
   * Leaves a payment to a person that still stands where it did at the lease, without an outcome: no lookups any more, unless update moves it or
   * an event asks for one. Only so long after its `send_before`.
   */
  giveUp(due: DuePayment, ageMs: number): Promise<void>;
  /** No lookups any more of a payment that still stands where it did at the lease, unless update moves it or an event asks for one. */
  stopLooking(due: DuePayment): Promise<void>;
  /** Payments whose order the provider has told, newest first, of those made last: lookups must find them. */
  listAnswered(options: AnsweredOptions): Promise<AnsweredPayment[]>;
  /** Ids of the payments that have these orders, whoever made them, in the order of the order ids: null for none, the first made where several have one. */
  findHolders(orderIds: readonly string[]): Promise<(string | null)[]>;
  /** Payments that a person has to look at, flagged first first. */
  listFlagged(): Promise<FlaggedPayment[]>;
  /**
   * Forgets keys of payments, finished or given back, that were made so long ago, a batch at a time; their hashes stay, so that they are refused.
   * Returns how many.
   */
  expireKeys(ageMs: number): Promise<number>;
}

export interface AnsweredOptions extends Pick<Payment, 'referenceIsOurs'> {
  /** Orders that are younger may not have turned up yet. */
  readonly olderThanMs: number;
}

export type AnsweredPayment = Pick<Payment, 'merchantReferenceId'> & { readonly orderId: string };

/** When an order can't turn up any more, by the database's clock and by the gateway's: either may be wrong. */
export interface CleanLookupOptions extends SendOptions {
  /** How long after the time to send an order may still turn up. */
  readonly turnsUpForMs: number;
  /** How much of it has to lie between the first clean lookup and the last. */
  readonly graceMs: number;
}

export interface SendOptions {
  /** How long after its claim a payment may be sent. */
  readonly sendWindowMs: number;
  /** The gateway's wall clock, in milliseconds since the Unix epoch. */
  readonly gatewayTimeMs: number;
}

export interface CleanLookups {
  /** Since the state last moved, this one included; 0 where it was not counted. */
  readonly count: number;
  /** By both clocks, since the claim was sent and since the first clean lookup. */
  readonly isTimeOver: boolean;
}

export interface LockDueOptions extends SendOptions {
  readonly limit: number;
  /** How long past its `send_before` a payment without an answer is left to its sender, who may be waiting for the provider's. */
  readonly abandonedAfterMs: number;
  /** Between lookups of an UNKNOWN payment. */
  readonly unknownPauses: Pauses;
  /** Between lookups of all others. */
  readonly waitingPauses: Pauses;
  /** Between the looks at a payment that was concluded to have failed. */
  readonly lateLookPauseMs: number;
  /** How long at least no other reconciler gets a payment, unless its lease is ended before. */
  readonly leaseMs: number;
}

/** The first pause; each further one is twice as long, up to the longest. */
export interface Pauses {
  readonly firstMs: number;
  readonly longestMs: number;
}

export interface DuePayment {
  readonly payment: Payment;
  /** Lookups leased since the state last moved, this one included. */
  readonly attempts: number;
  readonly cleanLookups: number;
  /** Orders that earlier lookups showed to be perhaps this payment's. */
  readonly ambiguousOrderIds: readonly string[];
  /** When its pause is over, as the database writes it. */
  readonly dueAgainAt: string;
  /** Whether the answer to the present claim may still come, by the clock of the database, which set `send_before`: the answer alone brings an action. */
  readonly awaitsAnswer: boolean;
  /** Names the lookup that an event asked for, also of a payment that has its outcome. Null: it is due by itself. */
  readonly askedAt: string | null;
}

/** Why a person has to look at a payment, the gravest first: a payment shows one. */
export const FLAG_REASONS = {
  SEVERAL_ORDERS: 'More than one order is said to be this payment’s: the payer may have been charged more than once.',
  FOUND_AFTER_FAILURE:
    'An order turned up, or was charged, after the payment had failed and its client was told to use a new key: the payer may be charged by both.',
  ORDER_OF_ANOTHER:
    'One order was said to be this payment’s and another’s: one of the two may be shown as paid and is not.',
  AMOUNT_MISMATCH:
    'The provider charged another amount than the caller asked for, and nothing explains the difference.',
  AMBIGUOUS_ORDER:
    'An order bears the caller’s own reference and lacks our metadata: it may be this payment’s or another’s.',
  ABSENCE_NOT_PROVED:
    'Complete lookups show no order of this payment, but they do not show either that they would: none has found an answered payment with a reference of its kind. It may be charged under another form of its reference.',
  NO_OUTCOME_IN_TIME: 'The provider has given no outcome for longer than a payment may take.',
} as const;
export type FlagReason = keyof typeof FLAG_REASONS;

/** A payment that ends well settles these; the others stay until a person has looked. */
export const REASONS_CLEARED_BY_OUTCOME: readonly FlagReason[] = [
  'AMBIGUOUS_ORDER',
  'ABSENCE_NOT_PROVED',
  'NO_OUTCOME_IN_TIME',
];

export interface FlaggedPayment {
  readonly payment: Payment;
  readonly reason: FlagReason;
  /** Orders that may be the payment's. */
  readonly ambiguousOrderIds: readonly string[];
  /** Orders that were told to be the payment's besides the one that it shows. */
  readonly otherOrderIds: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly flaggedAtMs: number;
}

/** When a payment that has just come to a state is first looked up; null: never. Of a claim, `send_before` decides. */
export const FIRST_LOOKUP_AFTER_MS: Readonly<Record<PaymentState, number | null>> = {
  RELEASED: null,
  PROCESSING: null,
  /** At once: the order may be there already. */
  UNKNOWN: 0,
  /** Late looks, in case that the conclusion was wrong. */
  FAILED_INFERRED: 3_600_000,
  /** Webhooks are faster as a rule. */
  PENDING: 30_000,
  REQUIRES_ACTION: 30_000,
  FAILED: null,
  SUCCEEDED: null,
  PARTIALLY_REFUNDED: null,
  REFUNDED: null,
};
