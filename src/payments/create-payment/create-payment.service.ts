import { assertNever } from '../../shared/assert-never.js';
import type { Clock } from '../../shared/clock.js';
import { newId, paymentIdOf } from '../../shared/ids.js';
import type { Caller } from '../access/caller.js';
import type { CreatePaymentCommand } from '../model/create-payment-command.js';
import type { SendDeadline } from '../ports/payment-provider.js';
import { toChargeUpdate, toReleaseDetail, type ReleasedOutcome, type RecordedOutcome } from './charge-update.js';
import { claimOrNull, takeOver, type ClaimingDeps } from './claim.js';
import {
  outcomeUnknown,
  providerUnavailable,
  rateLimited,
  storeUnavailable,
  toOutcome,
  type CreatePaymentOutcome,
} from './create-payment.outcome.js';
import { StoreUnavailableError } from '../model/errors.js';
import { fingerprintOf } from './fingerprint.js';
import { isAwaited, type Payment } from '../model/payment.js';
import type { ClaimRefusal, NewClaim, MostPerMinute, PaymentStore, TakeOverAnswer } from '../ports/payment-store.js';
import type { OperatorLog } from '../ports/operator-log.js';
import type { PaymentChanges } from '../ports/payment-changes.js';
import type { PaymentProvider } from '../ports/payment-provider.js';
import { recordUpdate } from '../outcome-writer/record-update.js';
import { mostFor, type PerCaller } from '../access/per-caller.js';
import { createSendDeadline } from './send-deadline.js';

/** Charges one intent at most once, whatever fails. Never throws for anything that can be expected to happen. */
export type CreatePayment = (command: CreatePaymentCommand, caller: Caller) => Promise<CreatePaymentOutcome>;

export interface CreatePaymentDeps extends ClaimingDeps {
  readonly provider: PaymentProvider;
  readonly changes: PaymentChanges;
  readonly log: OperatorLog;
  /** How long a repeated call waits for the outcome of the first. */
  readonly inFlightWaitMs: number;
  /** Payments in a minute, new or taken up again; other replays are not counted. Null: any number. */
  readonly rates?: PaymentRates;
}

export interface PaymentRates extends PerCaller {
  /** With one instrument, whoever charges it. */
  readonly perInstrument: number | null;
}

/**
 * How long the answer waits for the store to take an outcome; the writing goes on after it. Long enough for a server that is late with
 * everything; with the time to send and the provider's deadline still below the 30 s after which routers give up.
 */
const RECORD_WAIT_MS = 2_500;

/**
 * The phases are claim, send, record: the intent is on disk before the provider is called, and its outcome after. Nothing in here
 * is tied to the caller's connection: once a payment is claimed it runs to its end.
 */
export function createPaymentService(deps: CreatePaymentDeps): CreatePayment {
  return async (command, caller) => {
    const sendDeadline = createSendDeadline(deps.clock, deps.sendWindowMs);
    const claim = toClaim(command, caller, deps);
    const answer = await claimOrNull(claim, deps);
    if (answer === null) return storeUnavailable();
    switch (answer.kind) {
      case 'claimed':
        return answer.hasProviderEvent
          ? leaveUnsent(answer.payment, deps)
          : send({ payment: answer.payment, command, sendDeadline }, deps);
      case 'taken':
        return answer.payment.fingerprint === claim.fingerprint
          ? replay(answer.payment, { command, mostPerMinute: claim.mostPerMinute }, deps)
          : { kind: 'conflict', code: 'KEY_REUSED', payment: answer.payment };
      case 'expired':
        return { kind: 'conflict', code: 'KEY_EXPIRED', payment: answer.payment };
      case 'limited':
        return rateLimited(answer, deps.clock);
      default:
        return assertNever(answer);
    }
  };
}

interface HeldClaim {
  readonly payment: Payment;
  readonly command: CreatePaymentCommand;
  readonly sendDeadline: SendDeadline;
}

async function send(
  { payment, command, sendDeadline }: HeldClaim,
  deps: CreatePaymentDeps,
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

async function record(
  payment: Payment,
  outcome: RecordedOutcome,
  deps: CreatePaymentDeps,
): Promise<CreatePaymentOutcome> {
  const { store, outcomeWriter, clock, log } = deps;
  const providerTimeMs = clock.now();
  const update = {
    ...toChargeUpdate(outcome),
    source: 'PROVIDER_ANSWER' as const,
    providerTimeMs,
    eventId: newId('event', providerTimeMs),
    dedupeKey: `answer:${payment.claimId}`,
  };
  if (outcome.kind === 'unknown')
    log.info('payment.outcome-unknown', { paymentId: payment.id, reason: outcome.reason });
  const recorded = await outcomeWriter.write(() => recordUpdate(payment, update, { store, log }), RECORD_WAIT_MS);
  if (recorded !== null) return toOutcome(recorded, { replayed: false }, clock);
  log.alarm('payment.outcome-not-stored', { paymentId: payment.id, state: update.state });
  return outcomeUnknown(payment, clock);
}

/** The provider knows this payment already: a database that forgot the claim must not make it charge again. */
function leaveUnsent(payment: Payment, deps: CreatePaymentDeps): Promise<CreatePaymentOutcome> {
  deps.log.alarm('payment.row-lost', { paymentId: payment.id, state: payment.state });
  return record(payment, { kind: 'unknown', reason: 'sentBefore', orderId: null }, deps);
}

async function release(
  payment: Payment,
  outcome: ReleasedOutcome,
  deps: CreatePaymentDeps,
): Promise<CreatePaymentOutcome> {
  const { store, outcomeWriter, clock, log } = deps;
  const { retryAfterMs } = outcome;
  const eventId = newId('event', clock.now());
  const options = { claimId: payment.claimId, eventId, detail: toReleaseDetail(outcome), retryAfterMs };
  log.info('payment.released', { paymentId: payment.id, reason: outcome.reason });
  const left = await outcomeWriter.write(() => store.release(payment.id, options), RECORD_WAIT_MS);
  // An event may have told of an order meanwhile: nobody may be told then that nothing was charged.
  if (left !== null && left.state !== 'RELEASED') return toOutcome(left, { replayed: false }, clock);
  return providerUnavailable(retryAfterMs === null ? null : clock.now() + retryAfterMs);
}

interface Repeated {
  readonly command: CreatePaymentCommand;
  readonly mostPerMinute: MostPerMinute;
}

/** Answers with the payment that the key already has, after waiting a bounded time for an outcome that is under way. */
async function replay(first: Payment, repeated: Repeated, deps: CreatePaymentDeps): Promise<CreatePaymentOutcome> {
  const { clock } = deps;
  if (!isAwaited(first)) return toOutcome(first, { replayed: true }, clock);
  const watch = deps.changes.watch(first.id);
  const deadline = clock.monotonicNow() + deps.inFlightWaitMs;
  try {
    for (;;) {
      const sendDeadline = createSendDeadline(clock, deps.sendWindowMs);
      const answer = await takeOverOrFind(first, repeated, deps);
      if (answer.kind === 'takenOver') return await send({ ...answer, command: repeated.command, sendDeadline }, deps);
      if (answer.kind === 'tooEarly') return providerUnavailable(clock.now() + answer.retryAfterMs);
      if (answer.kind === 'limited') return rateLimited(answer, clock);
      const remainingMs = deadline - clock.monotonicNow();
      if (isReleasedAgain(answer.payment, first)) return providerUnavailable(null);
      if (!isAwaited(answer.payment) || remainingMs <= 0) return toOutcome(answer.payment, { replayed: true }, clock);
      await watch.changed(remainingMs);
    }
  } catch (error) {
    if (error instanceof StoreUnavailableError) return unreadable(first, clock);
    throw error;
  } finally {
    watch.close();
  }
}

/**
 * Whoever was sending it when we came may have charged by now. What had been given back was nobody's then: this call charged nothing, and
 * asking again is safe whoever has taken it over since.
 */
function unreadable(first: Payment, clock: Clock): CreatePaymentOutcome {
  return first.state === 'RELEASED' ? storeUnavailable() : outcomeUnknown(first, clock);
}

/** Somebody took it over while we waited and could not send it either: one more try of each waiter would be a flood, not a remedy. */
function isReleasedAgain(found: Payment, first: Payment): boolean {
  return found.state === 'RELEASED' && found.epoch > first.epoch;
}

interface Found {
  readonly kind: 'found';
  readonly payment: Payment;
}

/** A claim that was given back is anybody's who asks for the same charge: whoever wins the takeover sends. */
async function takeOverOrFind(
  first: Payment,
  repeated: Repeated,
  deps: CreatePaymentDeps,
): Promise<TakeOverAnswer | ClaimRefusal | Found> {
  const payment = await readAgain(first, deps.store);
  if (payment.state !== 'RELEASED' || payment.epoch > first.epoch) return { kind: 'found', payment };
  const answer = await takeOver(first, repeated.mostPerMinute, deps);
  return answer ?? { kind: 'found', payment: await readAgain(first, deps.store) };
}

/** A store that has lost the payment knows as little of its outcome as one that does not answer. */
async function readAgain({ id, scope }: Payment, store: PaymentStore): Promise<Payment> {
  const [payment] = await store.findByIds([{ id, scope }]);
  if (payment === null || payment === undefined)
    throw new StoreUnavailableError(`The payment ${id} is not in the store.`);
  return payment;
}

function toClaim(command: CreatePaymentCommand, caller: Caller, deps: CreatePaymentDeps): NewClaim {
  const { clock, sendWindowMs, rates = NO_RATES } = deps;
  const nowMs = clock.now();
  const id = paymentIdOf(caller.scope, command.idempotencyKey);
  return {
    id,
    scope: caller.scope,
    idempotencyKey: command.idempotencyKey,
    fingerprint: fingerprintOf(command),
    requested: {
      money: command.price.kind === 'direct' ? command.price.money : null,
      chargeCurrency: command.paymentCurrency,
      isDiscounted: command.promotionCode !== null,
    },
    paymentMethodType: command.paymentMethodType,
    paymentInstrumentId: command.paymentInstrumentId,
    merchantReferenceId: command.merchantReferenceId ?? id,
    referenceIsOurs: command.merchantReferenceId === null,
    productId: command.price.kind === 'catalogue' ? command.price.productId : null,
    customer: { customerId: command.customerId, referenceCustomerId: command.referenceCustomerId },
    metadata: command.metadata,
    claimId: newId('claim', nowMs),
    eventId: newId('event', nowMs),
    sendWindowMs,
    gatewayTimeMs: nowMs,
    mostPerMinute: { caller: mostFor(caller, rates), instrument: rates.perInstrument },
  };
}

const NO_RATES: PaymentRates = { perPerson: null, perService: null, perInstrument: null };
