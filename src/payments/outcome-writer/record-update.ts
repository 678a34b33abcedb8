import { PaymentLostError } from '../model/errors.js';
import type { Payment } from '../model/payment.js';
import type { OperatorLog, PaymentNews, PaymentStore } from '../ports/payment-store.js';

export interface RecordNewsDeps {
  readonly store: Pick<PaymentStore, 'settle' | 'restore'>;
  readonly log: OperatorLog;
}

/**
 * Merges news into a payment that the store has confirmed before. A store that does not have it any more has lost commits (a failover, a
 * restore): the payment is written again first, so that no charge is forgotten. Throws StoreUnavailableError.
 */
export async function recordNews(
  payment: Payment,
  news: PaymentNews,
  { store, log }: RecordNewsDeps,
): Promise<Payment> {
  try {
    return await store.settle(payment.id, news);
  } catch (error) {
    if (!(error instanceof PaymentLostError)) throw error;
    log.alarm('payment.row-lost', { paymentId: payment.id, standing: news.standing });
    await store.restore(payment);
    return store.settle(payment.id, news);
  }
}
