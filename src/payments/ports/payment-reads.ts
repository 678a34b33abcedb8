import type { Payment } from '../model/payment.js';
import type { PaymentListing } from './payment-list.js';

/**
 * Reads payments, in the order asked for; null for each that the scope does not have, which is read as little as one
 * that does not exist.
 Throws StoreUnavailableError.
 */
export interface PaymentReads extends PaymentListing {
  findByIds(owned: readonly OwnedId[]): Promise<(Payment | null)[]>;
  findByOrderIds(scope: string, orderIds: readonly string[]): Promise<(Payment | null)[]>;
  findByIdempotencyKey(scope: string, idempotencyKey: string): Promise<Payment | null>;
}

export type OwnedId = Pick<Payment, 'id' | 'scope'>;
