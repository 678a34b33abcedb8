import type { Clock } from '../../../shared/clock.js';
import type { WebhookSender } from '../webhooks/webhook-sender.js';
import { toMajorNumber, type Amount } from './amount.js';
import type { PaymentService } from './payment-service.js';
import { newProviderId, type Order } from './order.js';

export interface RefundRequest {
  readonly order: Order;
  /** The caller's key: a second request with it gets the first refund. */
  readonly refundMerchantOrderId: string;
  readonly amount: Amount;
  readonly reason: string | null;
}

type WireRefund = ReturnType<typeof toWireRefund>;

interface Refund extends RefundRequest {
  readonly refundId: string;
  readonly createTimeMs: number;
  status: 'refunding' | 'success' | 'failed';
}

interface RefundServiceDeps {
  readonly payments: PaymentService;
  readonly webhooks: WebhookSender;
  readonly clock: Clock;
  readonly later: (act: () => void) => void;
}

const FAILING_REFUND_PREFIX = 'fail_';

export class RefundService {
  private readonly byId = new Map<string, Refund>();
  private readonly byMerchantOrderId = new Map<string, Refund>();

  constructor(private readonly deps: RefundServiceDeps) {}

  /** What can still be refunded; refunds under way count as refunded. */
  remaining(order: Order): Amount {
    const promised = [...this.byId.values()].filter((refund) => refund.order === order && refund.status !== 'failed');
    const given = promised.reduce((sum, { amount }) => sum + amount.minorUnits, 0n);
    const { minorUnits, currency } = order.request.total;
    return { minorUnits: minorUnits - given, currency };
  }

  start(request: RefundRequest): WireRefund {
    const nowMs = this.deps.clock.now();
    const refund: Refund = { ...request, refundId: newProviderId('rfd'), createTimeMs: nowMs, status: 'refunding' };
    this.byId.set(refund.refundId, refund);
    this.byMerchantOrderId.set(refund.refundMerchantOrderId, refund);
    this.deps.webhooks.publish('refund.created', { ...toWireRefund(refund), status: 'created' });
    this.deps.later(() => {
      this.finish(refund);
    });
    return toWireRefund(refund);
  }

  find(refundId: string): WireRefund | null {
    const refund = this.byId.get(refundId);
    return refund === undefined ? null : toWireRefund(refund);
  }

  findByMerchantOrderId(refundMerchantOrderId: string): WireRefund | null {
    const refund = this.byMerchantOrderId.get(refundMerchantOrderId);
    return refund === undefined ? null : toWireRefund(refund);
  }

  clear(): void {
    this.byId.clear();
    this.byMerchantOrderId.clear();
  }

  private finish(refund: Refund): void {
    if (refund.refundMerchantOrderId.startsWith(FAILING_REFUND_PREFIX)) {
      refund.status = 'failed';
      this.deps.webhooks.publish('refund.failed', toWireRefund(refund));
      return;
    }
    refund.status = 'success';
    this.deps.payments.refund(refund.order, refund.amount);
    this.deps.webhooks.publish('refund.succeeded', toWireRefund(refund));
  }
}

function toWireRefund(refund: Refund) {
  const { order, amount, status } = refund;
  const failed = status === 'failed';
  return {
    refundId: refund.refundId,
    refundMerchantOrderId: refund.refundMerchantOrderId,
    orderId: order.orderId,
    customerId: order.request.customer.customerId,
    refundAmount: toMajorNumber(amount),
    refundCurrency: amount.currency,
    status: status as string,
    failureCode: failed ? 'processor_communication_error' : null,
    failureMessage: failed ? 'The processor is unavailable.' : null,
    refundReason: refund.reason,
    createTime: refund.createTimeMs,
    metadata: order.hidesMetadata ? {} : order.request.metadata,
    paymentInstrumentId: order.request.paymentInstrumentId,
  };
}
