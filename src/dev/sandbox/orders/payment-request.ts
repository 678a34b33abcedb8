import type { Amount } from './amount.js';

export interface PaymentRequest {
  readonly paymentInstrumentId: string;
  readonly paymentMethodType: string;
  /** Checked: the only place to which a payer is sent back. */
  readonly returnUrl: string;
  readonly customer: RequestCustomer;
  readonly price: Amount;
  readonly total: Amount;
  readonly priceId: string | null;
  readonly productId: string | null;
  readonly lines: readonly PriceLine[];
  readonly merchantReferenceId: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface RequestCustomer {
  readonly customerId: string;
  readonly customerEmail: string | null;
}

export interface PriceLine {
  readonly name: string;
  readonly unitAmount: number;
  readonly quantity: number;
  readonly currency: string | null;
  readonly imageUrl: string | null;
}
