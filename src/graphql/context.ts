import type { Caller } from '../payments/access/caller.js';
import type { PaymentService } from '../payments/create-payment/create-payment.service.js';
import type { PaymentFinder } from '../payments/find-payments/find-payments.service.js';
import type { WalletQrService } from '../payments/refresh-wallet-qr/refresh-wallet-qr.service.js';
import type { PaymentWatcher } from '../payments/watch-payment/watch-payment.service.js';
import type { Clock } from '../shared/clock.js';
import type { ReturnUrlOptions } from './create-payment/parse-create-payment.js';
import type { PaymentLoaders } from './find-payment/payment.loaders.js';
import type { CallbackLease } from './subscription/callback/callback-lease.js';
import type { StreamSlot } from './subscription/stream-slot.js';

export interface PaymentServices extends PaymentService, WalletQrService, PaymentWatcher {
  readonly find: PaymentFinder;
}

export interface RequestContext extends ReturnUrlOptions {
  /** `req_…`. Every error carries it, so that an operator can find the log line. */
  readonly requestId: string;
  readonly caller: Caller;
  readonly payments: PaymentServices;
  readonly loaders: PaymentLoaders;
  readonly stream?: StreamSlot;
  readonly lease?: CallbackLease;
  readonly clock: Clock;
}
