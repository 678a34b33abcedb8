import { randomBytes } from 'node:crypto';
import type { Amount } from './amount.js';
import type { PaymentRequest } from './payment-request.js';

export type OrderStatus = 'pending' | 'requires_action' | 'success' | 'failed' | 'partial_refunded' | 'refunded';

export interface Order {
  readonly orderId: string;
  readonly sessionId: string;
  readonly request: PaymentRequest;
  readonly createTimeMs: number;
  readonly hidesMetadata: boolean;
  status: OrderStatus;
  step: HostedStep | null;
  chargedAtMs: number | null;
  paymentTimeMs: number | null;
  failure: OrderFailure | null;
  refunded: Amount;
}

export interface HostedStep {
  readonly kind: 'challenge' | 'walletQr' | 'bankForm';
  readonly token: string;
  readonly expiresAtMs: number;
}

export interface OrderFailure {
  readonly code: string;
  readonly message: string;
}

export function isOpen(order: Order): boolean {
  return order.status === 'pending' || order.status === 'requires_action';
}

const GATEWAY_PAYMENT_ID = 'gateway_payment_id';

export function gatewayPaymentIdOf({ request }: Order): string | null {
  return Object.hasOwn(request.metadata, GATEWAY_PAYMENT_ID) ? (request.metadata[GATEWAY_PAYMENT_ID] ?? null) : null;
}

export function newProviderId(prefix: 'order' | 'sess' | 'rfd' | 'event'): string {
  return `${prefix}_${randomBytes(12).toString('hex')}`;
}

export function newToken(): string {
  return randomBytes(18).toString('base64url');
}
