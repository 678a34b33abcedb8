import { toMajorText, type Money } from '../../payments/model/money.js';
import { statusOf, type Payment, type PaymentEvent } from '../../payments/model/payment.js';
import { isCharged, isTerminal } from '../../payments/model/status.js';
import { CustomerType } from './customer.type.js';
import { fill } from './fill.js';
import { MoneyType } from './money.type.js';
import { toActionView } from './payment-action.view.js';
import { MetadataEntryType, PaymentEventType, PaymentFailureType, PaymentType } from './payment.type.js';
import { ProductType } from './product.type.js';

/** `nowMs` is the time of the answer, in milliseconds since the Unix epoch. */
export function toPaymentView(payment: Payment, nowMs: number): PaymentType {
  const status = statusOf(payment);
  const { customerId } = payment.customer;
  const { productId } = payment;
  return fill(new PaymentType(), {
    id: payment.id,
    orderId: payment.orderId,
    sessionId: payment.sessionId,
    status,
    terminal: isTerminal(status),
    action: status === 'REQUIRES_ACTION' && payment.action !== null ? toActionView(payment.action, nowMs) : null,
    amount: toMoneyView(payment.amount),
    amountRequested: toMoneyView(payment.requested.money),
    amountCharged: isCharged(status) ? toMoneyView(payment.chargedAmount) : null,
    paymentMethodType: payment.paymentMethodType,
    paymentInstrumentId: payment.paymentInstrumentId,
    merchantReferenceId: payment.merchantReferenceId,
    customer: customerId === null ? null : fill(new CustomerType(), { id: customerId }),
    product: productId === null ? null : fill(new ProductType(), { id: productId }),
    failure: payment.failure === null ? null : fill(new PaymentFailureType(), payment.failure),
    metadata: payment.metadata.map(({ key, value }) => fill(new MetadataEntryType(), { key, value })),
    timeline: payment.timeline.map(toEventView),
    createdAt: new Date(payment.createdAtMs),
    updatedAt: new Date(payment.updatedAtMs),
  });
}

function toMoneyView(money: Money | null): MoneyType | null {
  return money && fill(new MoneyType(), { amount: toMajorText(money), currency: money.currency });
}

function toEventView({ id, status, source, occurredAtMs, detail }: PaymentEvent): PaymentEventType {
  return fill(new PaymentEventType(), { id, status, source, occurredAt: new Date(occurredAtMs), detail });
}
