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

/** Has a fresh QR code made for a payment that waits for its wallet. Charges nobody. Never throws for anything that can be expected to happen. */
export type RefreshWalletQr = (paymentId: string, caller: Caller) => Promise<RefreshWalletQrOutcome>;

export type RefreshWalletQrOutcome =
  /** The payment as it stands now; one that has moved on meanwhile has no action any more. */
  | { readonly kind: 'refreshed'; readonly payment: Payment }
  /** Unknown, or somebody else's. */
  | { readonly kind: 'notFound' }
  /** Not waiting, of another method, or the provider has no code to renew: it may know more than its webhooks have told so far. */
  | { readonly kind: 'notRefreshable'; readonly payment: Payment }
  /** The caller had too many codes made in the last minute; the provider was not asked. */
  | { readonly kind: 'rateLimited'; readonly retryAtMs: number }
  /** The provider did not answer, or the store (no payment then). The present code may be good still. */
  | { readonly kind: 'unavailable'; readonly payment: Payment | null };

export interface RefreshWalletQrDeps {
  readonly store: Pick<PaymentStore, 'record' | 'restore' | 'countQrRefresh'>;
  /** Anybody may ask for the code of any id, so they are looked up behind whoever pays. */
  readonly reads: Pick<PaymentReads, 'findByIds'>;
  readonly orders: Pick<OrderProvider, 'refreshWalletQr'>;
  readonly outcomeWriter: OutcomeWriter;
  readonly clock: Clock;
  readonly log: OperatorLog;
  /** New codes in a minute. */
  readonly rates?: PerCaller;
}

/** The provider renews codes of this method only. */
const REFRESHABLE_METHOD = 'CASHAPP';
/** How long the answer waits for the store to take the new code; the writing goes on after it. */
const RECORD_WAIT_MS = 900;
/** Far more than a payer needs. Whoever reads a payment reads all of its timeline, and how many codes are made is for its caller to choose. */
const MOST_REFRESHES_TOLD = 20;

/** Each new code makes the one before worthless, so of several calls for one payment at a time only the first asks, and all get its code. */
export function createRefreshWalletQr(deps: RefreshWalletQrDeps): RefreshWalletQr {
  const underWay = new Map<string, Promise<RefreshWalletQrOutcome>>();
  return async (paymentId, caller) => {
    const found = await findOwn(paymentId, caller, deps.reads);
    if (found === undefined) return { kind: 'unavailable', payment: null };
    if (found === null) return { kind: 'notFound' };
    const refreshing =
      underWay.get(paymentId) ?? refresh(found, caller, deps).finally(() => underWay.delete(paymentId));
    underWay.set(paymentId, refreshing);
    return refreshing;
  };
}

/** Undefined where the store does not answer. */
async function findOwn(
  paymentId: string,
  caller: Caller,
  reads: RefreshWalletQrDeps['reads'],
): Promise<Payment | null | undefined> {
  try {
    const [payment] = await reads.findByIds([{ id: paymentId, scope: readableScope(caller) }]);
    return ownOrNull(payment, caller);
  } catch (error) {
    if (error instanceof StoreUnavailableError) return undefined;
    throw error;
  }
}

async function refresh(payment: Payment, caller: Caller, deps: RefreshWalletQrDeps): Promise<RefreshWalletQrOutcome> {
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

/** Null where one more code may be made. A store that can't count could not keep the code either. */
async function count(caller: Caller, deps: RefreshWalletQrDeps): Promise<RefreshWalletQrOutcome | null> {
  const { store, clock, rates } = deps;
  const most = rates === undefined ? null : mostFor(caller, rates);
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

/** The old code is gone at the provider, so the new one is answered even if it can't be stored yet. */
async function record(
  payment: Payment,
  action: WalletQrAction,
  { store, outcomeWriter, clock, log }: RefreshWalletQrDeps,
): Promise<RefreshWalletQrOutcome> {
  const update = toUpdate(action, payment, clock.now());
  const recorded = await outcomeWriter.write(() => recordUpdate(payment, update, { store, log }), RECORD_WAIT_MS);
  if (recorded === null) log.info('qr-refresh.not-stored-yet', { paymentId: payment.id });
  return { kind: 'refreshed', payment: recorded ?? { ...payment, action } };
}

/** That the provider made a code says that the order waits for its payer. All codes beyond those that are told are one fact. */
function toUpdate(action: WalletQrAction, { timeline }: Payment, nowMs: number): PaymentUpdate {
  const eventId = newId('event', nowMs);
  const isListed = timeline.filter(({ source }) => source === 'QR_REFRESH').length < MOST_REFRESHES_TOLD;
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
