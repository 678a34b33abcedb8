import type { Caller } from '../payments/access/caller.js';
import type { PaymentService } from '../payments/create-payment/create-payment.service.js';
import type { PaymentFinder } from '../payments/find-payments/find-payments.service.js';
import type { WalletQrService } from '../payments/refresh-wallet-qr/refresh-wallet-qr.service.js';
import type { PaymentWatcher } from '../payments/watch-payment/watch-payment.service.js';
import type { Clock } from '../shared/clock.js';
import type { PaymentLoaders } from './find-payment/payment.loaders.js';
import type { CallbackLease } from './subscription/callback/callback-lease.js';
import type { StreamSlot } from './subscription/stream-slot.js';

/** The services of the payments room that resolvers call. */
export interface PaymentServices extends PaymentService, WalletQrService, PaymentWatcher {
  readonly find: PaymentFinder;
}

/** What every resolver of one request gets. */
export interface RequestContext {
  /** `req_…`; answered with every error, so that an operator can find the log line. */
  readonly requestId: string;
  readonly caller: Caller;
  readonly payments: PaymentServices;
  readonly loaders: PaymentLoaders;
  /** Set where the transport can carry a stream. */
  readonly stream?: StreamSlot;
  /** Set where a subscription's results are posted to a router. */
  readonly lease?: CallbackLease;
  readonly clock: Clock;
  /** Origins that a payer may come back to; empty means any https one. */
  readonly returnUrlOrigins: readonly string[];
  readonly returnUrlSchemes: readonly string[];
}
