import type { Payment } from '../model/payment.js';
import type { PaymentListing } from './payment-list.js';

/**
 * Looks at payments. A payment of another scope is read as little as one that does not exist.
 * Every method throws StoreUnavailableError when the store can't be reached, or has more to do than it can.
 */
export interface PaymentReads extends PaymentListing {
  /** In the order asked; null for each payment that its scope does not have. */
  findByIds(owned: readonly OwnedId[]): Promise<(Payment | null)[]>;
  /** In the order of the order ids; null for each that no payment of the scope has. */
  findByOrderIds(scope: string, orderIds: readonly string[]): Promise<(Payment | null)[]>;
  findByIdempotencyKey(scope: string, idempotencyKey: string): Promise<Payment | null>;
}

/** A payment's id, with the scope that has to be its own. */
export type OwnedId = Pick<Payment, 'id' | 'scope'>;
