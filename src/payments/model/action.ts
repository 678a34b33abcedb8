import type { PaymentMethodType } from './payment-method.js';

/** What the payer does next. Its URLs are checked: a client may follow them; images are https or data URLs. */
export type PaymentAction = RedirectAction | WalletQrAction | FormPostAction;

export interface RedirectAction {
  readonly kind: 'redirect';
  readonly url: string;
  readonly paymentMethodType: PaymentMethodType | null;
}

export interface WalletQrAction {
  readonly kind: 'walletQr';
  readonly imageUrlPng: string | null;
  readonly imageUrlSvg: string | null;
  readonly imageDataUrl: string | null;
  readonly hostedInstructionsUrl: string | null;
  readonly mobileAuthUrl: string | null;
  readonly fallbackUrl: string | null;
  readonly packageName: string | null;
  readonly expiresAtMs: number | null;
  readonly paymentMethodType: PaymentMethodType | null;
}

export interface FormPostAction {
  readonly kind: 'formPost';
  readonly url: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  readonly paymentMethodType: PaymentMethodType | null;
}
