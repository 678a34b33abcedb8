import type { PaymentMethodType } from './payment-method.js';

/** What the payer does next. URLs in here were checked: a client may follow or show them. */
export type PaymentAction = RedirectAction | WalletQrAction | FormPostAction;

export interface RedirectAction {
  readonly kind: 'redirect';
  readonly url: string;
  readonly paymentMethodType: PaymentMethodType | null;
}

export interface WalletQrAction {
  readonly kind: 'walletQr';
  /** An https URL or a Base64 image as a data URL. */
  readonly imageUrlPng: string | null;
  /** An https URL or a Base64 image as a data URL. */
  readonly imageUrlSvg: string | null;
  /** A data URL of an image. */
  readonly imageDataUrl: string | null;
  readonly hostedInstructionsUrl: string | null;
  /** A deep link into the wallet's app; may have the app's own scheme. */
  readonly mobileAuthUrl: string | null;
  readonly fallbackUrl: string | null;
  /** The wallet's Android package. */
  readonly packageName: string | null;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAtMs: number | null;
  readonly paymentMethodType: PaymentMethodType | null;
}

export interface FormPostAction {
  readonly kind: 'formPost';
  readonly url: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  readonly paymentMethodType: PaymentMethodType | null;
}
