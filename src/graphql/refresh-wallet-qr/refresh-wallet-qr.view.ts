import type { RefreshWalletQrOutcome } from '../../payments/refresh-wallet-qr/refresh-wallet-qr.service.js';
import { assertNever } from '../../shared/assert-never.js';
import { RateLimitedType } from '../create-payment/create-payment.result.type.js';
import { toErrorFields, type AnswerOptions } from '../create-payment/create-payment.view.js';
import { fill } from '../payment/assign-to.js';
import { toPaymentView } from '../payment/payment.view.js';
import {
  PaymentNotFoundType,
  RefreshWalletQrSuccessType,
  WalletQrNotRefreshableType,
  WalletQrUnavailableType,
  type RefreshWalletQrResult,
} from './refresh-wallet-qr.result.type.js';

/** What became of asking for a new QR code, as the schema shows it. */
export function toRefreshWalletQrResult(
  outcome: RefreshWalletQrOutcome,
  options: AnswerOptions,
): RefreshWalletQrResult {
  switch (outcome.kind) {
    case 'refreshed':
      return fill(new RefreshWalletQrSuccessType(), { payment: toPaymentView(outcome.payment, options.nowMs) });
    case 'notFound':
      return fill(new PaymentNotFoundType(), toErrorFields('PAYMENT_NOT_FOUND', options));
    case 'notRefreshable':
      return fill(new WalletQrNotRefreshableType(), {
        ...toErrorFields('QR_NOT_REFRESHABLE', options),
        payment: toPaymentView(outcome.payment, options.nowMs),
      });
    case 'rateLimited':
      return fill(new RateLimitedType(), {
        ...toErrorFields('QR_RATE_LIMITED', options),
        retryAfter: new Date(outcome.retryAtMs),
      });
    case 'unavailable':
      return fill(new WalletQrUnavailableType(), {
        ...toErrorFields('QR_REFRESH_FAILED', options),
        payment: outcome.payment === null ? null : toPaymentView(outcome.payment, options.nowMs),
      });
    default:
      return assertNever(outcome);
  }
}
