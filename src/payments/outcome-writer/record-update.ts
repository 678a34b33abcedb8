import { PaymentLostError } from '../model/errors.js';
import type { Payment } from '../model/payment.js';
import type { OperatorLog } from '../ports/operator-log.js';
import type { PaymentStore } from '../ports/payment-store.js';
import type { PaymentUpdate } from '../ports/payment-update.js';

interface RecordUpdateDeps {
  readonly store: Pick<PaymentStore, 'record' | 'restore'>;
  readonly log: OperatorLog;
}

/**
 * Merges an update into a confirmed payment. A store without it has lost commits (a failover, a
 * restore): it is written again first, so that no charge is forgotten.
 */
export async function recordUpdate(
  payment: Payment,
  update: PaymentUpdate,
  { store, log }: RecordUpdateDeps,
): Promise<Payment> {
  try {
    return await store.record(payment.id, update);
  } catch (error) {
    if (!(error instanceof PaymentLostError)) throw error;
    log.alarm('payment.row-lost', { paymentId: payment.id, state: update.state });
    await store.restore(payment);
    return store.record(payment.id, update);
  }
}
