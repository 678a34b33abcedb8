import { isOwn } from './access-policy.js';
import type { Caller } from './caller.js';
import { listPayments, type PaymentListQuery, type PaymentPage } from './list-payments.js';
import type { Payment } from './payment.js';
import type { PaymentStore } from './ports.js';

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

export function createFindPayment(store: PaymentStore): FindPayment {
  return {
    byIds: async (ids, caller) => (await store.findByIds(ids)).map((payment) => ownOrNull(payment, caller)),
    byOrderIds: async (orderIds, caller) =>
      (await store.findByOrderIds(orderIds)).map((payment) => ownOrNull(payment, caller)),
    byIdempotencyKey: (idempotencyKey, caller) => store.findByIdempotencyKey(caller.scope, idempotencyKey),
    page: (query, caller) => listPayments(store, caller.scope, query),
  };
}

function ownOrNull(payment: Payment | null, caller: Caller): Payment | null {
  return payment !== null && isOwn(payment, caller) ? payment : null;
}
