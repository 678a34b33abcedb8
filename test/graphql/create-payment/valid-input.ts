import type { CreatePaymentInput } from '../../generated/operations.js';

/** An input that breaks no rule. */
export const VALID_INPUT: CreatePaymentInput = {
  idempotencyKey: 'key-0123456789abcdef',
  customerId: 'cus_1',
  amount: '19.99',
  currency: 'USD',
  paymentInstrumentId: 'pi_1',
  paymentMethodType: 'CARD',
  returnUrl: 'https://shop.example/return',
};

/** The valid input by a catalogue price. */
export const CATALOGUE: Partial<CreatePaymentInput> = {
  amount: null,
  currency: null,
  priceId: 'price_1',
  productId: 'prd_1',
};

export interface InputCase {
  readonly title: string;
  /** What differs from the valid input. */
  readonly changes: Partial<CreatePaymentInput>;
  /** `rule at path`, in the order of the answer. */
  readonly issues: readonly string[];
}
