import { assertNever } from '../../shared/assert-never.js';
import type { Clock } from '../../shared/clock.js';
import { newId } from '../../shared/ids.js';
import type { CreatePaymentCommand } from '../model/create-payment-command.js';
import type { Payment } from '../model/payment.js';
import type { OutcomeWriter } from '../outcome-writer/outcome-writer.js';
import { recordUpdate } from '../outcome-writer/record-update.js';
import type { OperatorLog } from '../ports/operator-log.js';
import type { PaymentProvider, SendDeadline } from '../ports/payment-provider.js';
import type { PaymentStore, ReleaseOptions } from '../ports/payment-store.js';
import type { PaymentUpdate } from '../ports/payment-update.js';
import { toChargeUpdate, toReleaseDetail, type RecordedOutcome, type ReleasedOutcome } from './charge-update.js';
import { outcomeUnknown, providerUnavailable, toOutcome, type CreatePaymentOutcome } from './create-payment.outcome.js';

export interface SendDeps {
  readonly provider: PaymentProvider;
  readonly store: PaymentStore;
  readonly outcomeWriter: OutcomeWriter;
  readonly clock: Clock;
  readonly log: OperatorLog;
}

interface HeldClaim {
  readonly payment: Payment;
  readonly command: CreatePaymentCommand;
  readonly sendDeadline: SendDeadline;
}

/**
 * The writing goes on after it. Enough for a server that is late with everything, and with send
 * window and provider deadline below the 30 s that routers wait.
 */
const RECORD_WAIT_MS = 2_500;

export async function send(
  { payment, command, sendDeadline }: HeldClaim,
  deps: SendDeps,
): Promise<CreatePaymentOutcome> {
  const { merchantReferenceId } = payment;
  const outcome = await deps.provider.charge({ paymentId: payment.id, merchantReferenceId, command }, sendDeadline);
  switch (outcome.kind) {
    case 'answered':
    case 'refused':
    case 'unknown':
      return record(payment, outcome, deps);
    case 'turnedAway':
    case 'neverSent':
      return release(payment, outcome, deps);
    default:
      return assertNever(outcome);
  }
}

/** The provider knows this payment: a database that has lost the first claim must not make it charge again. */
export function leaveUnsent(payment: Payment, deps: SendDeps): Promise<CreatePaymentOutcome> {
  deps.log.alarm('payment.row-lost', { paymentId: payment.id, state: payment.state });
  return record(payment, { kind: 'unknown', reason: 'sentBefore', orderId: null }, deps);
}

async function record(payment: Payment, outcome: RecordedOutcome, deps: SendDeps): Promise<CreatePaymentOutcome> {
  const { store, outcomeWriter, clock, log } = deps;
  const nowMs = clock.now();
  const update: PaymentUpdate = {
    ...toChargeUpdate(outcome),
    source: 'PROVIDER_ANSWER',
    providerTimeMs: nowMs,
    eventId: newId('event', nowMs),
    dedupeKey: `answer:${payment.claimId}`,
  };
  if (outcome.kind === 'unknown')
    log.info('payment.outcome-unknown', { paymentId: payment.id, reason: outcome.reason });
  const recorded = await outcomeWriter.write(() => recordUpdate(payment, update, { store, log }), RECORD_WAIT_MS);
  if (recorded !== null) return toOutcome(recorded, { replayed: false }, clock);
  log.alarm('payment.outcome-not-stored', { paymentId: payment.id, state: update.state });
  return outcomeUnknown(payment, clock);
}

async function release(payment: Payment, outcome: ReleasedOutcome, deps: SendDeps): Promise<CreatePaymentOutcome> {
  const { store, outcomeWriter, clock, log } = deps;
  const { retryAfterMs } = outcome;
  const options: ReleaseOptions = {
    claimId: payment.claimId,
    eventId: newId('event', clock.now()),
    detail: toReleaseDetail(outcome),
    retryAfterMs,
  };
  log.info('payment.released', { paymentId: payment.id, reason: outcome.reason });
  const left = await outcomeWriter.write(() => store.release(payment.id, options), RECORD_WAIT_MS);
  // An event may have brought an order meanwhile: "nothing was charged" would be wrong then.
  if (left !== null && left.state !== 'RELEASED') return toOutcome(left, { replayed: false }, clock);
  return providerUnavailable(retryAfterMs === null ? null : clock.now() + retryAfterMs);
}
