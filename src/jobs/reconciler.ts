import { StoreUnavailableError } from '../payments/errors.js';
import type { OrderLookup, OrderProvider } from '../payments/order.js';
import { statusOf, type Payment } from '../payments/payment.js';
import type { OperatorLog, PaymentStore } from '../payments/ports.js';
import type { DuePayment, FlagReason, ReconciliationStore } from '../payments/reconciliation.port.js';
import { isTerminal } from '../payments/status.js';
import { assertNever } from '../shared/assert-never.js';
import type { Clock } from '../shared/clock.js';
import { newId } from '../shared/ids.js';
import { adoptOrder } from './adopt-order.js';
import { judgeLookup } from './lookup-verdict.js';
import { createLookupProof, type LookupProof } from './lookup-proof.js';

export interface ReconcilerDeps {
  readonly store: PaymentStore;
  readonly reconciliation: ReconciliationStore;
  readonly orders: OrderProvider;
  readonly clock: Clock;
  readonly log: OperatorLog;
  readonly terms: ReconcilerTerms;
}

export interface ReconcilerTerms {
  /** Between two lookups of one unknown payment at first; it doubles each time. */
  readonly firstPauseMs: number;
  /** The deadline of one call to the provider. */
  readonly providerTimeoutMs: number;
  /** How long past its deadline an order may still turn up at the provider. */
  readonly graceMs: number;
}

/** Finds out what became of payments whose outcome nobody told. Any number of replicas may run it: each payment is leased to one. */
export interface Reconciler {
  /** Works off everything that is due now. Resolves with how many payments were looked at. Throws StoreUnavailableError. */
  run(signal: AbortSignal): Promise<number>;
}

export function createReconciler(deps: ReconcilerDeps): Reconciler {
  const proof = createLookupProof(deps);
  return {
    run: async (signal) => {
      let worked = 0;
      while (!signal.aborted) {
        const due = await deps.reconciliation.lockDue(toLockTerms(deps.terms));
        await Promise.all(due.map((one) => reconcileAlone(one, deps, proof)));
        worked += due.length;
        if (due.length < BATCH) break;
      }
      return worked;
    },
  };
}

/** As many lookups go out at once. A lookup that outlasts its lease may be made by another replica too: both learn the same. */
const BATCH = 20;
const LONGEST_PAUSE_OF_UNKNOWN_MS = 300_000;
/** The provider says nothing of how often it may be asked; webhooks are the usual way. */
const FIRST_PAUSE_OF_WAITING_MS = 60_000;
const LONGEST_PAUSE_OF_WAITING_MS = 6 * 3_600_000;
/** A process that was stopped and goes on may still be reading its answer for that long after its deadline. */
const ABANDON_MARGIN_MS = 1_000;
/** After this long without an outcome a person looks: wallets and banks decide within hours. */
const LOOKED_UP_FOR_MS = 7 * 86_400_000;
/** One could be luck, two the same cache. */
const CLEAN_LOOKUPS_NEEDED = 3;

function toLockTerms({ firstPauseMs, providerTimeoutMs }: ReconcilerTerms) {
  return {
    limit: BATCH,
    abandonedAfterMs: providerTimeoutMs + ABANDON_MARGIN_MS,
    unknownPauses: { firstMs: firstPauseMs, longestMs: Math.max(firstPauseMs, LONGEST_PAUSE_OF_UNKNOWN_MS) },
    waitingPauses: { firstMs: FIRST_PAUSE_OF_WAITING_MS, longestMs: LONGEST_PAUSE_OF_WAITING_MS },
  };
}

/** What goes wrong with one payment keeps no other waiting; it is due again when its lease is over. */
async function reconcileAlone(due: DuePayment, deps: ReconcilerDeps, proof: LookupProof): Promise<void> {
  try {
    await reconcile(due, deps, proof);
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw error;
    const reason = error instanceof Error ? error.message : 'unknown';
    deps.log.alarm('reconciler.failed', { paymentId: due.payment.id, error: reason });
  }
}

async function reconcile(due: DuePayment, deps: ReconcilerDeps, proof: LookupProof): Promise<void> {
  const { payment } = due;
  const verdict = judgeLookup(payment, await lookUp(payment, deps.orders));
  switch (verdict.kind) {
    case 'matched':
      await adoptOrder(payment, verdict.order, deps);
      break;
    case 'chargedTwice':
      await flag(payment, 'SEVERAL_ORDERS', deps);
      await adoptOrder(payment, verdict.order, deps);
      break;
    case 'ambiguous':
      await flag(payment, 'AMBIGUOUS_ORDER', deps);
      break;
    case 'absent':
      if (verdict.clean && payment.standing === 'UNKNOWN' && payment.orderId === null)
        await inferFailure(payment, deps, proof);
      break;
    case 'unavailable':
      deps.log.info('reconciler.lookup-unavailable', { paymentId: payment.id, reason: verdict.reason });
      break;
    default:
      assertNever(verdict);
  }
  if (verdict.kind !== 'unavailable') await deps.reconciliation.recordAnswered(due);
  if (!isTerminal(statusOf(payment))) await giveUpWhenOld(payment, deps);
}

function lookUp(payment: Payment, orders: OrderProvider): Promise<OrderLookup> {
  return payment.orderId === null
    ? orders.findOrdersByReference(payment.merchantReferenceId)
    : orders.findOrder(payment.orderId);
}

/**
 * That the provider never got a payment is concluded, never read off one lookup: its time to turn up is over, several lookups were complete
 * and listed nothing of it, and lookups are able to find payments that were answered.
 */
async function inferFailure(payment: Payment, deps: ReconcilerDeps, proof: LookupProof): Promise<void> {
  const { store, reconciliation, clock, log, terms } = deps;
  const turnsUpForMs = terms.providerTimeoutMs + terms.graceMs;
  const { count, isTimeOver } = await reconciliation.recordCleanLookup(payment.id, turnsUpForMs);
  if (count < CLEAN_LOOKUPS_NEEDED || !isTimeOver || !(await proof.holds())) return;
  log.info('reconciler.never-reached-provider', { paymentId: payment.id, cleanLookups: count });
  const nowMs = clock.now();
  await store.settle(payment.id, {
    standing: 'FAILED_INFERRED',
    source: 'RECONCILIATION',
    providerTimeMs: nowMs,
    detail: `The provider has no order of this payment, by ${count} complete lookups.`,
    eventId: newId('event', nowMs),
    factId: 'never-reached-provider',
    facts: {
      failure: {
        code: 'NEVER_REACHED_PROVIDER',
        message: 'The request never reached the provider, so nothing was charged.',
        retry: 'USE_NEW_KEY',
      },
    },
  });
}

async function giveUpWhenOld(payment: Payment, deps: ReconcilerDeps): Promise<void> {
  if (deps.clock.now() - payment.sendBeforeMs < LOOKED_UP_FOR_MS) return;
  await flag(payment, 'NOT_SETTLED_IN_TIME', deps);
  await deps.reconciliation.stopLooking(payment.id);
}

async function flag(payment: Payment, reason: FlagReason, { reconciliation, log }: ReconcilerDeps): Promise<void> {
  if (await reconciliation.flag(payment.id, reason)) log.alarm('payment.flagged', { paymentId: payment.id, reason });
}
