import { assertNever } from '../../../shared/assert-never.js';
import type { SandboxContext } from '../sandbox-context.js';
import type { HostedStep, Order } from '../orders/order.js';
import { bankUrl, challengeUrl, walletDeepLink, walletUrl } from '../pages/addresses.js';
import { toFormFields } from '../pages/bank-form.js';
import { qrPngDataUrl } from '../pages/layout/qr.js';

export async function toAction(sandbox: SandboxContext, order: Order): Promise<object | null> {
  const { step, request } = order;
  if (step === null || order.status !== 'requires_action') return null;
  const { paymentMethodType } = request;
  switch (step.kind) {
    case 'challenge':
      return {
        redirectUrl: challengeUrl(sandbox.baseUrl, step.token),
        method: 'GET',
        type: 'redirect',
        paymentMethodType,
        postData: null,
        walletHandleRedirectOrDisplayQrCode: null,
      };
    case 'bankForm':
      return {
        redirectUrl: bankUrl(sandbox.baseUrl),
        method: 'POST',
        type: 'form',
        paymentMethodType,
        postData: toFormFields(order, step, sandbox.formKey),
        walletHandleRedirectOrDisplayQrCode: null,
      };
    case 'walletQr':
      return {
        redirectUrl: '',
        method: null,
        type: 'qrcode',
        paymentMethodType,
        postData: null,
        walletHandleRedirectOrDisplayQrCode: await toWalletObject(sandbox, step),
      };
    default:
      return assertNever(step.kind);
  }
}

/** `expiresAt` is the one time that the provider writes in seconds. */
async function toWalletObject({ baseUrl, clock }: SandboxContext, { token, expiresAtMs }: HostedStep): Promise<object> {
  const page = walletUrl(baseUrl, token);
  return {
    imageUrlPng: `${page}/qr.png`,
    imageUrlSvg: `${page}/qr.svg`,
    imageDataUrl: await qrPngDataUrl(page),
    hostedInstructionsUrl: page,
    mobileAuthUrl: walletDeepLink(token),
    fallbackUrl: page,
    packageName: '',
    expiresAt: Math.floor(expiresAtMs / 1000),
    expiresSecond: Math.max(0, Math.floor((expiresAtMs - clock.now()) / 1000)),
  };
}
