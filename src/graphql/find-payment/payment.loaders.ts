import DataLoader from 'dataloader';
import type { Caller } from '../../payments/access/caller.js';
import type { PaymentFinder } from '../../payments/find-payments/find-payments.service.js';
import { MAX_ID_LENGTH, type Payment } from '../../payments/model/payment.js';
import { isBlank, isLongerThan, isPrintable } from '../../shared/text.js';
import { MAX_ENTITIES } from '../limits/list-sizes.js';

/** Lookups of one tick become one call to the store, and each payment is read once. Null: no such payment. */
export interface PaymentLoaders {
  byId(id: string): Promise<Payment | null>;
  byOrderId(orderId: string): Promise<Payment | null>;
}

export function createPaymentLoaders(find: PaymentFinder, caller: Caller): PaymentLoaders {
  const options = { maxBatchSize: MAX_ENTITIES };
  const ids = new DataLoader<string, Payment | null>((batch) => find.byIds(batch, caller), options);
  const orderIds = new DataLoader<string, Payment | null>((batch) => find.byOrderIds(batch, caller), options);
  return {
    byId: (id) => (isPossibleId(id) ? ids.load(id) : Promise.resolve(null)),
    byOrderId: (orderId) => (isPossibleId(orderId) ? orderIds.load(orderId) : Promise.resolve(null)),
  };
}

/** No payment has another id, and the store might not even take the text. */
function isPossibleId(text: string): boolean {
  return !isBlank(text) && !isLongerThan(text, MAX_ID_LENGTH) && isPrintable(text);
}
