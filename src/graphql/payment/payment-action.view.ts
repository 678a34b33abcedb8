import type { PaymentAction, WalletQrAction } from '../../payments/model/action.js';
import { assertNever } from '../../shared/assert-never.js';
import { fill } from './fill.js';
import { FormFieldType, FormPostType, RedirectType, WalletQrType } from './payment-action.type.js';

export function toActionView(action: PaymentAction, nowMs: number): RedirectType | WalletQrType | FormPostType {
  const { paymentMethodType } = action;
  switch (action.kind) {
    case 'redirect':
      return fill(new RedirectType(), { url: action.url, paymentMethodType });
    case 'walletQr':
      return toWalletQrView(action, nowMs);
    case 'formPost':
      return fill(new FormPostType(), {
        url: action.url,
        fields: action.fields.map(({ name, value }) => fill(new FormFieldType(), { name, value })),
        paymentMethodType,
      });
    default:
      return assertNever(action);
  }
}

function toWalletQrView(action: WalletQrAction, nowMs: number): WalletQrType {
  const { expiresAtMs } = action;
  return fill(new WalletQrType(), {
    imageUrlPng: action.imageUrlPng,
    imageUrlSvg: action.imageUrlSvg,
    imageDataUrl: action.imageDataUrl,
    hostedInstructionsUrl: action.hostedInstructionsUrl,
    mobileAuthUrl: action.mobileAuthUrl,
    fallbackUrl: action.fallbackUrl,
    packageName: action.packageName,
    paymentMethodType: action.paymentMethodType,
    expiresAt: expiresAtMs === null ? null : new Date(expiresAtMs),
    expiresInSeconds: expiresAtMs === null ? null : Math.max(0, Math.floor((expiresAtMs - nowMs) / 1000)),
  });
}
