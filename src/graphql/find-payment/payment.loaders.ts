import DataLoader from 'dataloader';
import type { Caller } from '../../payments/access/caller.js';
import type { PaymentFinder } from '../../payments/find-payments/find-payments.service.js';
import type { Payment } from '../../payments/model/payment.js';
import { isBlank, isLongerThan, isStorable } from '../input/text.js';

/** Looks payments up for one request: what is asked for in one breath becomes one call, and each payment is read once. Null where there is none. */
export interface PaymentLoaders {
  byId(id: string): Promise<Payment | null>;
  byOrderId(orderId: string): Promise<Payment | null>;
}

/** A router may name hundreds of entities in one request; a call to the store stays small all the same. */
const MAX_BATCH_SIZE = 100;

export function createPaymentLoaders(find: PaymentFinder, caller: Caller): PaymentLoaders {
  const options = { maxBatchSize: MAX_BATCH_SIZE };
  const ids = new DataLoader<string, Payment | null>((batch) => find.byIds(batch, caller), options);
  const orderIds = new DataLoader<string, Payment | null>((batch) => find.byOrderIds(batch, caller), options);
  return {
    byId: (id) => (isPossibleId(id) ? ids.load(id) : Promise.resolve(null)),
    byOrderId: (orderId) => (isPossibleId(orderId) ? orderIds.load(orderId) : Promise.resolve(null)),
  };
}

const MAX_ID_LENGTH = 255;

/** No payment has another one, so the store need not be asked, which might not even take the text. */
function isPossibleId(text: string): boolean {
  return !isBlank(text) && !isLongerThan(text, MAX_ID_LENGTH) && isStorable(text);
}
