import { randomBytes } from 'node:crypto';
import type { Amount } from './amount.js';
import type { PaymentRequest } from './payment-request.js';

export type OrderStatus = 'pending' | 'requires_action' | 'success' | 'failed' | 'partial_refunded' | 'refunded';

/** An order as the provider keeps it. Only the payments changes it. */
export interface Order {
  readonly orderId: string;
  readonly sessionId: string;
  readonly request: PaymentRequest;
  readonly createTimeMs: number;
  readonly hidesMetadata: boolean;
  status: OrderStatus;
  /** Where the payer acts; kept when it is over, so that a second visit shows how it ended. */
  step: HostedStep | null;
  /** When the money was taken; null as long as it was not. */
  chargedAtMs: number | null;
  /** When success or failure was reached. */
  paymentTimeMs: number | null;
  failure: OrderFailure | null;
  refunded: Amount;
}

/** The page on which the payer acts. Who knows the token may act. */
export interface HostedStep {
  readonly kind: 'challenge' | 'walletQr' | 'bankForm';
  readonly token: string;
  readonly expiresAtMs: number;
}

export interface OrderFailure {
  readonly code: string;
  readonly message: string;
}

/** Whether the payer or the provider may still decide. */
export function isOpen(order: Order): boolean {
  return order.status === 'pending' || order.status === 'requires_action';
}

/** The metadata key by which the gateway knows its payment again. */
const GATEWAY_PAYMENT_ID = 'gateway_payment_id';

/** As the request said it, also where lookups hide it. */
export function gatewayPaymentIdOf({ request }: Order): string | null {
  return Object.hasOwn(request.metadata, GATEWAY_PAYMENT_ID) ? (request.metadata[GATEWAY_PAYMENT_ID] ?? null) : null;
}

/** `order_` and the like, then 24 hexadecimal digits that nobody can guess. */
export function newProviderId(prefix: 'order' | 'sess' | 'rfd' | 'event'): string {
  return `${prefix}_${randomBytes(12).toString('hex')}`;
}

export function newToken(): string {
  return randomBytes(18).toString('base64url');
}
