import type { PaymentFailure } from './payment.js';

export interface ProviderDecline {
  readonly code: string | null;
  readonly message: string | null;
}

export function toDeclineFailure(decline: ProviderDecline | null): PaymentFailure {
  return {
    code: decline?.code ?? 'declined',
    message: decline?.message ?? 'The payment was declined.',
    retry: 'USE_NEW_KEY',
  };
}
