import { isCleanLookup, type OrderProvider } from '../payments/order.js';
import type { ReconciliationStore } from '../payments/reconciliation.port.js';
import type { Clock } from '../shared/clock.js';

/** Whether lookups by reference can find what is there: without it, finding nothing proves nothing. */
export interface LookupProof {
  holds(): Promise<boolean>;
}

export interface LookupProofDeps {
  readonly reconciliation: ReconciliationStore;
  readonly orders: OrderProvider;
  readonly clock: Clock;
}

/** One proof serves a batch of conclusions. */
const GOOD_FOR_MS = 10_000;

/** Looks an answered payment up by its reference, the way that unknown ones are looked up, and expects its order. */
export function createLookupProof({ reconciliation, orders, clock }: LookupProofDeps): LookupProof {
  let provedAtMs = Number.NEGATIVE_INFINITY;
  return {
    holds: async () => {
      if (clock.monotonicNow() - provedAtMs < GOOD_FOR_MS) return true;
      const answered = await reconciliation.findAnswered();
      if (answered === null) return false;
      const lookup = await orders.findOrdersByReference(answered.merchantReferenceId);
      const isFound =
        lookup.kind === 'found' &&
        isCleanLookup(lookup, answered.merchantReferenceId) &&
        lookup.orders.some(({ orderId }) => orderId === answered.orderId);
      if (isFound) provedAtMs = clock.monotonicNow();
      return isFound;
    },
  };
}
