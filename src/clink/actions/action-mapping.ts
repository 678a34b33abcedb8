import type { FormPostAction, PaymentAction, RedirectAction, WalletQrAction } from '../../payments/model/action.js';
import { isPaymentMethodType, type PaymentMethodType } from '../../payments/model/payment-method.js';
import { isAppUrl, isBrowserUrl } from './action-url.js';
import { toFormFields } from './form-fields.js';
import { toImageDataUrl, toImageUrl } from './wallet-image.js';
import { asEpochMs, asId, asNumber, asObject, asText, toDateMs, type WireObject } from '../wire/wire-values.js';

export interface ActionMappingOptions {
  /** Origins that a payer may be sent to; empty allows any https origin. */
  readonly actionUrlOrigins: readonly string[];
  readonly nowMs: number;
}

export type ActionMapping =
  | { readonly kind: 'none' }
  | { readonly kind: 'usable'; readonly action: PaymentAction }
  /** The provider asks for something, but nothing that a client may be handed. */
  | { readonly kind: 'unusable'; readonly problem: string };

export const ACTION_PROBLEMS = {
  missing: 'The provider asks for a next step but names none.',
  unreadable: 'The provider asks for a next step in a form that could not be read.',
  url: 'The provider asks to send the payer to an address that is not allowed.',
  method: 'The provider asks for a request that a browser can not make for the payer.',
  fields: 'The provider asks to post a form with a field that is not plain text.',
  wallet: 'The provider asks to show a wallet code but sends no image or link that may be shown.',
} as const;

/**
 * A filled wallet is a QR code, even beside a redirect, unless nothing of it may be shown. A
 * redirect with the method POST or with post data is a form.
 */
export function mapAction(wire: unknown, options: ActionMappingOptions): ActionMapping {
  if (isAbsent(wire)) return { kind: 'none' };
  const action = asObject(wire);
  if (action === null) return unusable('unreadable');
  const wallet = asObject(action.walletHandleRedirectOrDisplayQrCode) ?? {};
  const walletFilled = WALLET_FIELDS.some((field) => asText(wallet[field]) !== null);
  const walletAction = toWalletQr(wallet, options, methodTypeOf(action));
  if (walletFilled && isShowable(walletAction)) return { kind: 'usable', action: walletAction };
  if (asText(action.redirectUrl) !== null) return mapRedirect(action, options);
  return walletFilled ? unusable('wallet') : { kind: 'none' };
}

/** The provider also writes an absent action as blanks, as "null", and as PHP's empty list. */
function isAbsent(wire: unknown): boolean {
  if (typeof wire === 'string') return asText(wire) === null;
  return wire === undefined || wire === null || (Array.isArray(wire) && wire.length === 0);
}

const WALLET_FIELDS = [
  'imageUrlPng',
  'imageUrlSvg',
  'imageDataUrl',
  'hostedInstructionsUrl',
  'mobileAuthUrl',
  'fallbackUrl',
] as const;

function toWalletQr(
  wallet: WireObject,
  options: ActionMappingOptions,
  paymentMethodType: PaymentMethodType | null,
): WalletQrAction {
  const browserUrl = (field: unknown) => keepIf(field, (text) => isBrowserUrl(text, options.actionUrlOrigins));
  return {
    kind: 'walletQr',
    imageUrlPng: toImageUrl(asText(wallet.imageUrlPng)?.trim() ?? ''),
    imageUrlSvg: toImageUrl(asText(wallet.imageUrlSvg)?.trim() ?? ''),
    imageDataUrl: toImageDataUrl(asText(wallet.imageDataUrl)?.trim() ?? ''),
    hostedInstructionsUrl: browserUrl(wallet.hostedInstructionsUrl),
    mobileAuthUrl: keepIf(wallet.mobileAuthUrl, isAppUrl),
    fallbackUrl: browserUrl(wallet.fallbackUrl),
    packageName: asId(wallet.packageName),
    expiresAtMs: toExpiry(wallet, options.nowMs),
    paymentMethodType,
  };
}

function isShowable(action: WalletQrAction): boolean {
  return WALLET_FIELDS.some((field) => action[field] !== null);
}

/** `expiresAt` is in seconds, unlike the provider's other times; `expiresSecond` is a countdown. */
function toExpiry(wallet: WireObject, nowMs: number): number | null {
  const expiresAtMs = asEpochMs(wallet.expiresAt);
  const remainingSeconds = asNumber(wallet.expiresSecond);
  if (expiresAtMs !== null || remainingSeconds === null || remainingSeconds <= 0) return expiresAtMs;
  return toDateMs(nowMs + Math.floor(remainingSeconds * 1000));
}

function mapRedirect(action: WireObject, options: ActionMappingOptions): ActionMapping {
  const url = keepIf(action.redirectUrl, (text) => isBrowserUrl(text, options.actionUrlOrigins));
  const method = asText(action.method)?.trim().toUpperCase() ?? 'GET';
  const fields = toFormFields(action.postData);
  if (url === null) return unusable('url');
  if (method !== 'GET' && method !== 'POST') return unusable('method');
  if (fields === null) return unusable('fields');
  const target = { url, paymentMethodType: methodTypeOf(action) };
  const redirect: RedirectAction = { kind: 'redirect', ...target };
  const formPost: FormPostAction = { kind: 'formPost', ...target, fields };
  return { kind: 'usable', action: method === 'POST' || fields.length > 0 ? formPost : redirect };
}

function methodTypeOf(action: WireObject): PaymentMethodType | null {
  return isPaymentMethodType(action.paymentMethodType) ? action.paymentMethodType : null;
}

function keepIf(value: unknown, isAllowed: (text: string) => boolean): string | null {
  const text = asText(value)?.trim() ?? null;
  return text !== null && isAllowed(text) ? text : null;
}

function unusable(problem: keyof typeof ACTION_PROBLEMS): ActionMapping {
  return { kind: 'unusable', problem: ACTION_PROBLEMS[problem] };
}
