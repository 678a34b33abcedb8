import type { PaymentListing, PaymentListQuery, PaymentPage } from '../ports/payment-list.js';

/** One payment more than the page holds is asked for: whether there are more is known without counting. */
export async function listPayments(
  store: PaymentListing,
  scope: string,
  query: PaymentListQuery,
): Promise<PaymentPage> {
  const { first, after, filter } = query;
  const found = await store.listPayments(scope, { limit: first + 1, after, filter });
  return { entries: found.slice(0, first), hasMore: found.length > first };
}
