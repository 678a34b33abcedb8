import type { Clock } from '../../shared/clock.js';
import { newId } from '../../shared/ids.js';
import type { WalletQrAction } from '../model/action.js';
import { ownOrNull, readableScope } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import { StoreUnavailableError } from '../model/errors.js';
import type { OrderProvider } from '../ports/order-provider.js';
import { mostFor, type PerCaller } from '../access/per-caller.js';
import { statusOf, type Payment } from '../model/payment.js';
import type { OperatorLog } from '../ports/operator-log.js';
import type { PaymentUpdate } from '../ports/payment-update.js';
import type { PaymentReads } from '../ports/payment-reads.js';
import type { PaymentStore } from '../ports/payment-store.js';
import { recordUpdate } from '../outcome-writer/record-update.js';
import type { OutcomeWriter } from '../outcome-writer/outcome-writer.js';

export interface WalletQrService {
  /** Has a new QR code made for a payment that waits for its wallet. Every expected failure is an outcome. */
  refreshWalletQr(paymentId: string, caller: Caller): Promise<RefreshWalletQrOutcome>;
}

export type RefreshWalletQrOutcome =
  | { readonly kind: 'refreshed'; readonly payment: Payment }
  | { readonly kind: 'notFound' }
  /** Not waiting, of another method, or without a code at the provider, which may be ahead of its webhooks. */
  | { readonly kind: 'notRefreshable'; readonly payment: Payment }
  | { readonly kind: 'rateLimited'; readonly retryAtMs: number }
  /** The provider did not answer, or the store (no payment then). The present code may be good still. */
  | { readonly kind: 'unavailable'; readonly payment: Payment | null };

interface WalletQrServiceDeps {
  readonly store: Pick<PaymentStore, 'record' | 'restore' | 'countQrRefresh'>;
  /** Any caller may ask for any id, so these reads wait behind payments. */
  readonly reads: Pick<PaymentReads, 'findByIds'>;
  readonly orders: Pick<OrderProvider, 'refreshWalletQr'>;
  readonly outcomeWriter: OutcomeWriter;
  readonly clock: Clock;
  readonly log: OperatorLog;
  readonly rates: PerCaller;
}

const REFRESHABLE_METHOD = 'CASHAPP';
const RECORD_WAIT_MS = 900;
/** Far more than a payer needs: a caller could make the timeline, which every read reads, as long as it likes. */
const MOST_LISTED_REFRESHES = 20;

/** A new code makes the one before worthless: of calls at one time for a payment the first asks for them all. */
export function createWalletQrService(deps: WalletQrServiceDeps): WalletQrService {
  const underWay = new Map<string, Promise<RefreshWalletQrOutcome>>();
  return {
    refreshWalletQr: async (paymentId, caller) => {
      const found = await findOwn(paymentId, caller, deps.reads);
      if (found === undefined) return { kind: 'unavailable', payment: null };
      if (found === null) return { kind: 'notFound' };
      const refreshing =
        underWay.get(paymentId) ?? refresh(found, caller, deps).finally(() => underWay.delete(paymentId));
      underWay.set(paymentId, refreshing);
      return refreshing;
    },
  };
}

async function findOwn(
  paymentId: string,
  caller: Caller,
  reads: WalletQrServiceDeps['reads'],
): Promise<Payment | null | undefined> {
  try {
    const [payment] = await reads.findByIds([{ id: paymentId, scope: readableScope(caller) }]);
    return ownOrNull(payment, caller);
  } catch (error) {
    if (error instanceof StoreUnavailableError) return undefined;
    throw error;
  }
}

async function refresh(payment: Payment, caller: Caller, deps: WalletQrServiceDeps): Promise<RefreshWalletQrOutcome> {
  const { orderId } = payment;
  if (orderId === null || !isRefreshable(payment)) return { kind: 'notRefreshable', payment };
  const refusal = await count(caller, deps);
  if (refusal !== null) return refusal;
  const outcome = await deps.orders.refreshWalletQr(orderId);
  if (outcome.kind === 'refreshed') return record(payment, outcome.action, deps);
  const why = outcome.kind === 'refused' ? outcome.rejection.providerCode : outcome.reason;
  deps.log.info('qr-refresh.no-code', { paymentId: payment.id, why });
  return { kind: outcome.kind === 'refused' ? 'notRefreshable' : 'unavailable', payment };
}

async function count(caller: Caller, deps: WalletQrServiceDeps): Promise<RefreshWalletQrOutcome | null> {
  const { store, clock, rates } = deps;
  const most = mostFor(caller, rates);
  if (most === null) return null;
  try {
    const refusal = await store.countQrRefresh(caller.scope, most);
    return refusal && { kind: 'rateLimited', retryAtMs: clock.now() + refusal.retryAfterMs };
  } catch (error) {
    if (error instanceof StoreUnavailableError) return { kind: 'unavailable', payment: null };
    throw error;
  }
}

function isRefreshable(payment: Payment): boolean {
  return statusOf(payment) === 'REQUIRES_ACTION' && payment.paymentMethodType === REFRESHABLE_METHOD;
}

/** The old code is worthless, so the new one is answered even if it can't be stored yet. */
async function record(
  payment: Payment,
  action: WalletQrAction,
  { store, outcomeWriter, clock, log }: WalletQrServiceDeps,
): Promise<RefreshWalletQrOutcome> {
  const update = toUpdate(action, payment, clock.now());
  const recorded = await outcomeWriter.write(() => recordUpdate(payment, update, { store, log }), RECORD_WAIT_MS);
  if (recorded === null) log.info('qr-refresh.not-stored-yet', { paymentId: payment.id });
  return { kind: 'refreshed', payment: recorded ?? { ...payment, action } };
}

/** A new code means that the order waits for its payer. All codes after the listed ones share one event. */
function toUpdate(action: WalletQrAction, { timeline }: Payment, nowMs: number): PaymentUpdate {
  const eventId = newId('event', nowMs);
  const isListed = timeline.filter(({ source }) => source === 'QR_REFRESH').length < MOST_LISTED_REFRESHES;
  return {
    state: 'REQUIRES_ACTION',
    source: 'QR_REFRESH',
    providerTimeMs: nowMs,
    detail: isListed ? 'A new QR code was made.' : 'A new QR code was made. Those after it are not told one by one.',
    eventId,
    dedupeKey: `qr-refresh:${isListed ? eventId : 'more'}`,
    fields: { action },
  };
}
