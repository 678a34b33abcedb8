import { ownOrNull, readableScope } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import type { PaymentListQuery, PaymentPage } from '../ports/payment-list.js';
import { listPayments } from './list-payments.js';
import type { Payment } from '../model/payment.js';
import type { PaymentReads } from '../ports/payment-reads.js';

/** Looks payments up. Somebody else's payment looks exactly like one that doesn't exist. Throws StoreUnavailableError. */
export interface FindPayment {
  /** In the order of the ids. */
  byIds(ids: readonly string[], caller: Caller): Promise<(Payment | null)[]>;
  /** In the order of the order ids. */
  byOrderIds(orderIds: readonly string[], caller: Caller): Promise<(Payment | null)[]>;
  byIdempotencyKey(idempotencyKey: string, caller: Caller): Promise<Payment | null>;
  /** The caller's own payments, newest first. */
  page(query: PaymentListQuery, caller: Caller): Promise<PaymentPage>;
}

export function createFindPayment(store: PaymentReads): FindPayment {
  return {
    byIds: async (ids, caller) => {
      const scope = readableScope(caller);
      const found = await store.findByIds(ids.map((id) => ({ id, scope })));
      return found.map((payment) => ownOrNull(payment, caller));
    },
    byOrderIds: async (orderIds, caller) => {
      const found = await store.findByOrderIds(readableScope(caller), orderIds);
      return found.map((payment) => ownOrNull(payment, caller));
    },
    byIdempotencyKey: (idempotencyKey, caller) => store.findByIdempotencyKey(readableScope(caller), idempotencyKey),
    page: (query, caller) => listPayments(store, readableScope(caller), query),
  };
}
