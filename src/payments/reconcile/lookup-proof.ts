import { isCleanLookup, type OrderProvider } from '../ports/order-provider.js';
import type { Payment } from '../model/payment.js';
import type { AnsweredPayment, ReconciliationStore } from '../ports/reconciliation-store.js';
import { isOfKind } from '../model/reference-kind.js';
import type { Clock } from '../../shared/clock.js';

/** Whether lookups can find what is there under a reference like the payment's; else finding nothing proves nothing. */
export interface LookupProof {
  judge(payment: ReferredPayment): Promise<'proved' | 'unproved' | 'unavailable'>;
}

export type ReferredPayment = Pick<Payment, 'merchantReferenceId' | 'referenceIsOurs'>;

export interface LookupProofDeps {
  readonly reconciliation: ReconciliationStore;
  readonly orders: OrderProvider;
  readonly clock: Clock;
  /** An answered payment is expected to be found once it is so old. */
  readonly graceMs: number;
}

/** One proof serves a batch of conclusions. */
const GOOD_FOR_MS = 10_000;

/**
 * Looks an answered payment up by its reference, as unknown ones are looked up, and expects its order.
 * The reference has to be of the payment's kind: a caller's own is proved by a caller's own.
 */
export function createLookupProof({ reconciliation, orders, clock, graceMs }: LookupProofDeps): LookupProof {
  let proved: readonly Proved[] = [];
  return {
    judge: async (payment) => {
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
