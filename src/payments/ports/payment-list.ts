import type { Payment } from '../model/payment.js';
import type { PaymentStatus } from '../model/status.js';

/** `first` is 1 to 100. A null in the filter filters nothing; times are [from, before) since the Unix epoch. */
export interface PaymentListQuery {
  readonly first: number;
  readonly after: PaymentPosition | null;
  readonly filter: PaymentFilter;
}

export interface PaymentFilter {
  readonly statuses: readonly PaymentStatus[] | null;
  readonly createdFromMs: number | null;
  readonly createdBeforeMs: number | null;
  readonly merchantReferenceId: string | null;
}

/** A payment's place in the list. It never changes, so the page after it misses nothing and repeats nothing. */
export interface PaymentPosition {
  /** Digits; microseconds since the Unix epoch, as the store's clock is finer than milliseconds. */
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

/** Lists at most `limit` payments of the scope, newest first, in one statement. Throws StoreUnavailableError. */
export interface PaymentListing {
  listPayments(scope: string, query: PaymentSliceQuery): Promise<ListedPayment[]>;
}

export type PaymentSliceQuery = Pick<PaymentListQuery, 'after' | 'filter'> & { readonly limit: number };
