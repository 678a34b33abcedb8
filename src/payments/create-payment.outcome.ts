import type { Payment } from './payment.js';

/** Everything that createPayment can answer to a valid input. Times are milliseconds since the Unix epoch. */
export type CreatePaymentOutcome =
  | { readonly kind: 'created'; readonly payment: Payment; readonly replayed: boolean }
  | { readonly kind: 'conflict'; readonly code: 'KEY_REUSED' | 'KEY_EXPIRED'; readonly payment: Payment | null }
  | {
      readonly kind: 'rejected';
      readonly payment: Payment;
      readonly providerCode: string;
      readonly providerMessage: string | null;
    }
  | { readonly kind: 'unknown'; readonly payment: Payment; readonly checkAgainAtMs: number }
  | {
      readonly kind: 'unavailable';
      readonly code: 'PROVIDER_UNAVAILABLE' | 'STORE_UNAVAILABLE';
      readonly retryAtMs: number | null;
    }
  | { readonly kind: 'rateLimited'; readonly retryAtMs: number };
