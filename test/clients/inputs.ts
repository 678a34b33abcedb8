import { randomUUID } from 'node:crypto';
import type { CreatePaymentInput } from '../generated/operations.js';

/** A valid input with a key of its own; what a test is about goes into `changes`. */
export function newInput(changes: Partial<CreatePaymentInput> = {}): CreatePaymentInput {
  return {
    idempotencyKey: `client-${randomUUID()}`,
    referenceCustomerId: 'customer-1',
    amount: '19.99',
    currency: 'USD',
    paymentInstrumentId: 'pi_card_ok',
    paymentMethodType: 'CARD',
    returnUrl: 'https://shop.example/return',
    ...changes,
  };
}
