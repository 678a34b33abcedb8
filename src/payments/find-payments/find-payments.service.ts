import { ownOrNull, readableScope } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import type { Payment } from '../model/payment.js';
import type { PaymentListQuery, PaymentPage } from '../ports/payment-list.js';
import type { PaymentReads } from '../ports/payment-reads.js';

/** Finds the caller's own payments, in the order of the ids; null for all others. Throws StoreUnavailableError. */
export interface PaymentFinder {
  byIds(ids: readonly string[], caller: Caller): Promise<(Payment | null)[]>;
  byOrderIds(orderIds: readonly string[], caller: Caller): Promise<(Payment | null)[]>;
  byIdempotencyKey(idempotencyKey: string, caller: Caller): Promise<Payment | null>;
  page(query: PaymentListQuery, caller: Caller): Promise<PaymentPage>;
}

export function createPaymentFinder(reads: PaymentReads): PaymentFinder {
  return {
    byIds: async (ids, caller) => {
      const scope = readableScope(caller);
      const found = await reads.findByIds(ids.map((id) => ({ id, scope })));
      return found.map((payment) => ownOrNull(payment, caller));
    },
    byOrderIds: async (orderIds, caller) => {
      const found = await reads.findByOrderIds(readableScope(caller), orderIds);
      return found.map((payment) => ownOrNull(payment, caller));
    },
    byIdempotencyKey: (idempotencyKey, caller) => reads.findByIdempotencyKey(readableScope(caller), idempotencyKey),
    page: async ({ first, after, filter }, caller) => {
      const found = await reads.listPayments(readableScope(caller), { limit: first + 1, after, filter });
      return { entries: found.slice(0, first), hasMore: found.length > first };
    },
  };
}
