import type { Payment } from '../model/payment.js';
import type { PaymentStatus } from '../model/status.js';

/** Which page of the caller's own payments, newest first. */
export interface PaymentListQuery {
  /** 1 to 100. */
  readonly first: number;
  /** Where the page before ended; null for the first page. */
  readonly after: PaymentPosition | null;
  readonly filter: PaymentFilter;
}

/** Null leaves a question open. */
export interface PaymentFilter {
  readonly statuses: readonly PaymentStatus[] | null;
  /** Milliseconds since the Unix epoch; payments made then are in. */
  readonly createdFromMs: number | null;
  /** Milliseconds since the Unix epoch; payments made then are out. */
  readonly createdBeforeMs: number | null;
  readonly merchantReferenceId: string | null;
}

/** Where a payment stands in the list. It never changes, so a page that begins there misses nothing and repeats nothing. */
export interface PaymentPosition {
  /** Microseconds since the Unix epoch, as digits: the store's clock is finer than milliseconds. */
  readonly createdAtMicros: string;
  readonly id: string;
}

export interface ListedPayment {
  readonly payment: Payment;
  readonly position: PaymentPosition;
}

export interface PaymentPage {
  readonly entries: readonly ListedPayment[];
  readonly hasMore: boolean;
}

/** The store's part of it: one statement. Throws StoreUnavailableError. */
export interface PaymentListing {
  /** At most `limit` payments of the scope, newest first. */
  listPayments(scope: string, query: PaymentSliceQuery): Promise<ListedPayment[]>;
}

export type PaymentSliceQuery = Pick<PaymentListQuery, 'after' | 'filter'> & { readonly limit: number };
