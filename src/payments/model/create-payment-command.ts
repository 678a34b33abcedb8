import type { Money } from './money.js';
import type { PaymentMethodType } from './payment-method.js';
import type { MetadataEntry } from './payment.js';

/** A valid input of createPayment: every rule holds, blanks are null, nothing else was changed. */
export interface CreatePaymentCommand {
  readonly idempotencyKey: string;
  readonly customerId: string | null;
  readonly customerEmail: string | null;
  readonly referenceCustomerId: string | null;
  readonly price: CataloguePrice | DirectAmount;
  readonly paymentCurrency: string | null;
  readonly priceDataList: readonly PriceLine[];
  readonly paymentInstrumentId: string;
  readonly paymentMethodType: PaymentMethodType;
  readonly returnUrl: string;
  readonly merchantReferenceId: string | null;
  readonly promotionCode: string | null;
  readonly metadata: readonly MetadataEntry[];
  readonly platformType: 'WEB' | 'WAP' | null;
  readonly deviceType: 'ANDROID' | 'IOS' | null;
}

interface CataloguePrice {
  readonly kind: 'catalogue';
  readonly priceId: string;
  readonly productId: string;
}

interface DirectAmount {
  readonly kind: 'direct';
  readonly money: Money;
}

export interface PriceLine {
  readonly name: string;
  readonly unitAmount: string;
  readonly quantity: number;
  readonly currency: string | null;
  readonly imageUrl: string | null;
}
