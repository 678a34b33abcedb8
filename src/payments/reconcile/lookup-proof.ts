import { isCleanLookup, type OrderProvider } from '../ports/order-provider.js';
import type { Payment } from '../model/payment.js';
import type { AnsweredPayment, ReconciliationStore } from '../ports/reconciliation-store.js';
import { isOfKind } from '../model/reference-kind.js';
import type { Clock } from '../../shared/clock.js';

export interface LookupProof {
  check(payment: ReferredPayment): Promise<'proved' | 'unproved' | 'unavailable'>;
}

type ReferredPayment = Pick<Payment, 'merchantReferenceId' | 'referenceIsOurs'>;

interface LookupProofDeps {
  readonly reconciliation: ReconciliationStore;
  readonly orders: OrderProvider;
  readonly clock: Clock;
  readonly graceMs: number;
}

const GOOD_FOR_MS = 10_000;

/** Looks an answered payment up by its reference, of the same kind, as unknown ones are, and expects its order. */
export function createLookupProof({ reconciliation, orders, clock, graceMs }: LookupProofDeps): LookupProof {
  let proved: readonly Proved[] = [];
  return {
    check: async (payment) => {
      const { referenceIsOurs } = payment;
      const nowMs = clock.monotonicNow();
      proved = proved.filter(({ atMs }) => nowMs - atMs < GOOD_FOR_MS);
      if (proved.some((one) => one.referenceIsOurs === referenceIsOurs && proves(one, payment))) return 'proved';
      const candidates = await reconciliation.listAnswered({ referenceIsOurs, olderThanMs: graceMs });
      const answered = candidates.find((one) => proves(one, payment));
      if (answered === undefined) return 'unproved';
      const found = await isFound(answered, orders);
      if (found === 'proved') proved = [...proved, { ...answered, referenceIsOurs, atMs: nowMs }];
      return found;
    },
  };
}

type Proved = ReferredPayment & { readonly atMs: number };

function proves({ merchantReferenceId }: Pick<Payment, 'merchantReferenceId'>, payment: ReferredPayment): boolean {
  return isOfKind(payment.merchantReferenceId, merchantReferenceId);
}

async function isFound({ orderId, merchantReferenceId }: AnsweredPayment, orders: OrderProvider) {
  const lookup = await orders.findOrdersByReference(merchantReferenceId);
  if (lookup.kind === 'unavailable') return 'unavailable';
  const shows = lookup.orders.some((order) => order.orderId === orderId);
  return shows && isCleanLookup(lookup, merchantReferenceId) ? 'proved' : 'unproved';
}
