import { StoreUnavailableError } from '../model/errors.js';
import type { OrderProvider } from '../ports/order-provider.js';
import type { Payment } from '../model/payment.js';
import type { OperatorLog } from '../ports/operator-log.js';
import type { PaymentUpdate } from '../ports/payment-update.js';
import type { PaymentStore } from '../ports/payment-store.js';
import { recordUpdate } from '../outcome-writer/record-update.js';
import {
  LOOKED_UP_FOR_MS,
  type DuePayment,
  type LockDueOptions,
  type ReconciliationStore,
} from '../ports/reconciliation-store.js';
import { assertNever } from '../../shared/assert-never.js';
import type { Clock } from '../../shared/clock.js';
import { newId } from '../../shared/ids.js';
import { adoptOrder } from './adopt-order.js';
import { underLease } from './lease.js';
import { lookUpPayment } from './look-up-payment.js';
import { createLookupProof, type LookupProof } from './lookup-proof.js';

interface ReconcilerDeps {
  readonly store: PaymentStore;
  readonly reconciliation: ReconciliationStore;
  readonly orders: OrderProvider;
  readonly clock: Clock;
  readonly log: OperatorLog;
  readonly options: ReconcilerOptions;
}

export interface ReconcilerOptions {
  readonly firstPauseMs: number;
  readonly providerTimeoutMs: number;
  readonly graceMs: number;
  readonly sendWindowMs: number;
}

/** Finds the outcomes of payments that have none. Any number of replicas may run it: each payment is leased to one. */
interface Reconciler {
  run(signal: AbortSignal): Promise<number>;
}

export function createReconciler(deps: ReconcilerDeps): Reconciler {
  const proof = createLookupProof({ ...deps, graceMs: deps.options.graceMs });
  return {
    run: async (signal) => {
      try {
        return await workOff(signal, deps, proof);
      } finally {
        await raiseFlags(deps);
      }
    },
  };
}

async function workOff(signal: AbortSignal, deps: ReconcilerDeps, proof: LookupProof): Promise<number> {
  let worked = 0;
  while (!signal.aborted) {
    await raiseFlags(deps);
    const due = await deps.reconciliation.lockDue(toLockOptions(deps));
    await Promise.all(due.map((one) => reconcileAlone(one, deps, proof)));
    worked += due.length;
    if (due.length < BATCH) break;
  }
  return worked;
}

const BATCH = 20;
const LONGEST_PAUSE_OF_UNKNOWN_MS = 300_000;
const FIRST_PAUSE_OF_WAITING_MS = 60_000;
const LONGEST_PAUSE_OF_WAITING_MS = 6 * 3_600_000;
/** A process that was stopped and goes on may read its answer for that long after its deadline. */
const ABANDON_MARGIN_MS = 1_000;
/** One could be luck, two the same cache. */
const CLEAN_LOOKUPS_NEEDED = 3;
/** Lookups in quicker succession may all read one cache. */
const CLEAN_LOOKUPS_APART_MS = 5_000;
const LEASE_MARGIN_MS = 1_000;
/** An order may show up later than its event; after so many lookups, two hours, it won't any more. */
const LOOKUPS_FOR_AN_EVENT = 8;
const LATE_LOOKS = 2;
const LATE_LOOK_PAUSE_MS = 86_400_000;
const MOST_LATE_LOOKS = 7;

function toLockOptions({ clock, options }: ReconcilerDeps): LockDueOptions {
  const { firstPauseMs, providerTimeoutMs, sendWindowMs } = options;
  return {
    limit: BATCH,
    abandonedAfterMs: providerTimeoutMs + ABANDON_MARGIN_MS,
    unknownPauses: { firstMs: firstPauseMs, longestMs: Math.max(firstPauseMs, LONGEST_PAUSE_OF_UNKNOWN_MS) },
    waitingPauses: { firstMs: FIRST_PAUSE_OF_WAITING_MS, longestMs: LONGEST_PAUSE_OF_WAITING_MS },
    lateLookPauseMs: LATE_LOOK_PAUSE_MS,
    leaseMs: toLeaseMs(options),
    sendWindowMs,
    gatewayTimeMs: clock.now(),
  };
}

function toLeaseMs({ providerTimeoutMs }: ReconcilerOptions): number {
  return providerTimeoutMs + LEASE_MARGIN_MS;
}

async function reconcileAlone(due: DuePayment, deps: ReconcilerDeps, proof: LookupProof): Promise<void> {
  const { reconciliation, clock, options } = deps;
  try {
    await underLease(due, () => reconcile(due, deps, proof), { reconciliation, clock, leaseMs: toLeaseMs(options) });
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw error;
    const reason = error instanceof Error ? error.message : 'unknown';
    deps.log.alarm('reconciler.failed', { paymentId: due.payment.id, error: reason });
  }
}

async function reconcile(due: DuePayment, deps: ReconcilerDeps, proof: LookupProof): Promise<void> {
  const { payment } = due;
  const result = await lookUpPayment(due, deps);
  let state = payment.state;
  switch (result.kind) {
    case 'matched':
      ({ state } = await adoptOrder(due, result.order, deps));
      break;
    case 'chargedTwice':
      await deps.reconciliation.flag(payment.id, 'SEVERAL_ORDERS', result.orderIds);
      ({ state } = await adoptOrder(due, result.order, deps));
      break;
    case 'ambiguous':
      await deps.reconciliation.recordAmbiguous(payment.id, result.orderIds);
      break;
    case 'absent':
      if (result.clean && payment.state === 'UNKNOWN' && payment.orderId === null) await inferFailure(due, deps, proof);
      break;
    case 'unavailable':
      deps.log.info('reconciler.lookup-unavailable', { paymentId: payment.id, reason: result.reason });
      break;
    default:
      assertNever(result);
  }
  await endLooking(due, { isAnswered: result.kind !== 'unavailable', hasMoved: state !== payment.state }, deps);
}

interface LookResult {
  readonly isAnswered: boolean;
  readonly hasMoved: boolean;
}

async function endLooking(due: DuePayment, { isAnswered, hasMoved }: LookResult, deps: ReconcilerDeps): Promise<void> {
  const { reconciliation } = deps;
  const { payment, attempts } = due;
  if (isAnswered && (hasMoved || attempts >= LOOKUPS_FOR_AN_EVENT)) await reconciliation.recordAnswered(due);
  if (payment.state === 'FAILED_INFERRED') {
    if (attempts >= (isAnswered ? LATE_LOOKS : MOST_LATE_LOOKS)) await reconciliation.stopLooking(due);
  } else if (isOlderThan(LOOKED_UP_FOR_MS, payment, deps)) await reconciliation.giveUp(due, LOOKED_UP_FOR_MS);
}

function isOlderThan(ageMs: number, { sendBeforeMs }: Payment, { clock }: ReconcilerDeps): boolean {
  return clock.now() - sendBeforeMs >= ageMs;
}

/**
 * That the provider never got a payment is never read off one lookup: its time to turn up is over,
 * several complete lookups listed nothing of it, and lookups find payments that were answered.
 */
async function inferFailure(due: DuePayment, deps: ReconcilerDeps, proof: LookupProof): Promise<void> {
  const { payment } = due;
  const { store, reconciliation, clock, log, options } = deps;
  if (!isApart(due, options)) return;
  const { graceMs, sendWindowMs } = options;
  const turnsUpForMs = options.providerTimeoutMs + graceMs;
  const cleanLookupOptions = { turnsUpForMs, graceMs, sendWindowMs, gatewayTimeMs: clock.now() };
  const { count, isTimeOver } = await reconciliation.recordCleanLookup(due, cleanLookupOptions);
  if (count < CLEAN_LOOKUPS_NEEDED || !isTimeOver) return;
  const found = await proof.check(payment);
  if (found === 'unproved') await reconciliation.flag(payment.id, 'ABSENCE_NOT_PROVED');
  if (found !== 'proved') return;
  log.info('reconciler.never-reached-provider', { paymentId: payment.id, cleanLookups: count });
  const nowMs = clock.now();
  const update: PaymentUpdate = {
    state: 'FAILED_INFERRED',
    source: 'RECONCILIATION',
    providerTimeMs: nowMs,
    detail: `The provider has no order of this payment, by ${count} complete lookups.`,
    eventId: newId('event', nowMs),
    dedupeKey: 'never-reached-provider',
    fields: {
      failure: {
        code: 'NEVER_REACHED_PROVIDER',
        message: 'The request never reached the provider, so nothing was charged.',
        retry: 'USE_NEW_KEY',
      },
    },
  };
  await recordUpdate(payment, update, { store, log });
}

/** By the pause before the lookup, which every attempt doubles; none is known before the first. */
function isApart({ attempts }: DuePayment, { firstPauseMs, graceMs }: ReconcilerOptions): boolean {
  const pauseMs = attempts < 2 ? 0 : firstPauseMs * 2 ** (attempts - 2);
  return pauseMs >= Math.min(CLEAN_LOOKUPS_APART_MS, graceMs / CLEAN_LOOKUPS_NEEDED);
}

/** Flags that answers and events have written too. Recorded after the alarm: a crash in between repeats it. */
async function raiseFlags({ reconciliation, log }: ReconcilerDeps): Promise<void> {
  for (const flagged of await reconciliation.listUnalarmed()) {
    const { payment, reason, ambiguousOrderIds, otherOrderIds } = flagged;
    const orderIds = [payment.orderId, ...ambiguousOrderIds, ...otherOrderIds].filter((orderId) => orderId !== null);
    log.alarm('payment.flagged', { paymentId: payment.id, reason, orderIds: orderIds.join(' ') });
    await reconciliation.recordAlarm(flagged);
  }
}
