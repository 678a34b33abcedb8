import type { RefreshWalletQrOutcome } from '../../payments/refresh-wallet-qr/refresh-wallet-qr.service.js';
import { assertNever } from '../../shared/assert-never.js';
import { PaymentNotFoundType, RateLimitedType } from '../payment-error/payment-error.type.js';
import { toErrorFields, type ViewOptions } from '../payment-error/payment-error.view.js';
import { fill } from '../payment/fill.js';
import { toPaymentView } from '../payment/payment.view.js';
import {
  RefreshWalletQrSuccessType,
  WalletQrNotRefreshableType,
  WalletQrUnavailableType,
  type RefreshWalletQrResult,
} from './refresh-wallet-qr.result.type.js';

export function toRefreshWalletQrResult(
  outcome: RefreshWalletQrOutcome,
  { requestId, nowMs }: ViewOptions,
): RefreshWalletQrResult {
  switch (outcome.kind) {
    case 'refreshed':
      return fill(new RefreshWalletQrSuccessType(), { payment: toPaymentView(outcome.payment, nowMs) });
    case 'notFound':
      return fill(new PaymentNotFoundType(), toErrorFields('PAYMENT_NOT_FOUND', requestId));
    case 'notRefreshable':
      return fill(new WalletQrNotRefreshableType(), {
        ...toErrorFields('QR_NOT_REFRESHABLE', requestId),
        payment: toPaymentView(outcome.payment, nowMs),
      });
    case 'rateLimited':
      return fill(new RateLimitedType(), {
        ...toErrorFields('QR_RATE_LIMITED', requestId),
        retryAfter: new Date(outcome.retryAtMs),
      });
    case 'unavailable':
      return fill(new WalletQrUnavailableType(), {
        ...toErrorFields('QR_REFRESH_FAILED', requestId),
        payment: outcome.payment === null ? null : toPaymentView(outcome.payment, nowMs),
      });
    default:
      return assertNever(outcome);
  }
}
