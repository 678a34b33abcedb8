import type { Amount } from './amount.js';

/** A `POST /payment` that passed the provider's checks. */
export interface PaymentRequest {
  readonly paymentInstrumentId: string;
  readonly paymentMethodType: string;
  /** A URL of a page or an app that was checked: the only place to which a payer is sent back. */
  readonly returnUrl: string;
  readonly customer: RequestCustomer;
  /** What was asked for, in the pricing currency. */
  readonly price: Amount;
  /** What is charged: the price in the payment currency. */
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
