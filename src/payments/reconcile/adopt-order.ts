import { createHash } from 'node:crypto';
import type { OrderProvider, OrderState, ProviderOrder } from '../ports/order-provider.js';
import { toOrderFields } from './order-fields.js';
import type { Payment, PaymentFailure } from '../model/payment.js';
import type { OperatorLog } from '../ports/operator-log.js';
import type { PaymentUpdate } from '../ports/payment-update.js';
import type { PaymentStore } from '../ports/payment-store.js';
import type { DuePayment } from '../ports/reconciliation-store.js';
import { recordUpdate } from '../outcome-writer/record-update.js';
import { isTerminal } from '../model/status.js';
import type { Clock } from '../../shared/clock.js';
import { newId } from '../../shared/ids.js';

interface AdoptOrderDeps {
  readonly store: PaymentStore;
  readonly orders: OrderProvider;
  readonly clock: Clock;
  readonly log: OperatorLog;
}

/**
 * Records the order's state, and replaces an action that got lost with the answer; none is lost
 * while the answer may come. Resolves with the payment as it is then.
 */
export async function adoptOrder(
  { payment, awaitsAnswer }: Pick<DuePayment, 'payment' | 'awaitsAnswer'>,
  order: ProviderOrder,
  deps: AdoptOrderDeps,
): Promise<Payment> {
  const { state } = order;
  if (state === null) {
    deps.log.info('reconciler.order-status-unknown', { paymentId: payment.id, orderId: order.orderId });
    return payment;
  }
  const adopted = isKnown(payment, order)
    ? payment
    : await recordUpdate(payment, toOrderUpdate(payment, { ...order, state }, deps.clock), deps);
  if (lacksAction(adopted) && !awaitsAnswer) await replaceLostAction(adopted, order.orderId, deps);
  return adopted;
}

function lacksAction({ state, action, failure }: Payment): boolean {
  return state === 'REQUIRES_ACTION' && action === null && failure === null;
}

function isKnown(payment: Payment, order: ProviderOrder): boolean {
  return payment.state === order.state && payment.orderId === order.orderId;
}

type KnownOrder = ProviderOrder & { readonly state: OrderState };

/**
 * Orders go to and fro between PENDING and REQUIRES_ACTION: each move has a dedupe key of its own,
 * named by what it follows, so that two replicas that saw the same payment record it once.
 */
function toOrderUpdate(payment: Payment, order: KnownOrder, clock: Clock): PaymentUpdate {
  const nowMs = clock.now();
  const { orderId, state } = order;
  const follows = isTerminal(state) ? '' : `:${payment.state}:${payment.providerTimeMs}`;
  return {
    state,
    source: 'RECONCILIATION',
    providerTimeMs: Math.min(order.paidAtMs ?? nowMs, nowMs),
    detail: 'Found by asking the provider for the order.',
    eventId: newId('event', nowMs),
    dedupeKey: `order:${toShortName(orderId)}:${state}${follows}`,
    fields: toOrderFields(order, state),
    provesOrder: isNamedBy(payment, order),
  };
}

function isNamedBy(
  { id, referenceIsOurs }: Payment,
  { gatewayPaymentId, merchantReferenceId }: ProviderOrder,
): boolean {
  return gatewayPaymentId === id || (gatewayPaymentId === null && referenceIsOurs && merchantReferenceId === id);
}

/** Order ids have up to 255 characters, dedupe keys room for 300. */
function toShortName(orderId: string): string {
  return orderId.length <= 200 ? orderId : createHash('sha256').update(orderId).digest('hex');
}

async function replaceLostAction(payment: Payment, orderId: string, deps: AdoptOrderDeps): Promise<void> {
  if (payment.paymentMethodType !== 'CASHAPP') {
    await recordAction(payment, { failure: ACTION_LOST, dedupeKey: `action-lost:${orderId}` }, deps);
    return;
  }
  const outcome = await deps.orders.refreshWalletQr(orderId);
  if (outcome.kind === 'refreshed')
    await recordAction(payment, { action: outcome.action, dedupeKey: `action-refreshed:${orderId}` }, deps);
  if (outcome.kind === 'refused')
    await recordAction(payment, { failure: ACTION_LOST, dedupeKey: `action-lost:${orderId}` }, deps);
}

type ActionUpdate = Pick<PaymentUpdate, 'dedupeKey'> & Pick<PaymentUpdate['fields'], 'action' | 'failure'>;

async function recordAction(payment: Payment, update: ActionUpdate, deps: AdoptOrderDeps): Promise<void> {
  const nowMs = deps.clock.now();
  const { dedupeKey, action = null, failure = null } = update;
  const recorded: PaymentUpdate = {
    state: 'REQUIRES_ACTION',
    source: action === null ? 'RECONCILIATION' : 'QR_REFRESH',
    providerTimeMs: Math.max(nowMs, payment.providerTimeMs + 1),
    detail:
      failure === null ? 'A new QR code takes the place of the one that got lost with the answer.' : failure.message,
    eventId: newId('event', nowMs),
    dedupeKey,
    fields: { action, failure },
  };
  await recordUpdate(payment, recorded, deps);
}

const ACTION_LOST: PaymentFailure = {
  code: 'ACTION_LOST',
  message:
    'The step that the payer had to take got lost with the answer of the provider. The order runs out by ' +
    'itself; until then it may still be paid.',
  retry: 'WAIT_AND_QUERY',
};
