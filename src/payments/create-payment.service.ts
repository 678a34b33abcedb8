import { assertNever } from '../shared/assert-never.js';
import type { Clock } from '../shared/clock.js';
import { newId } from '../shared/ids.js';
import type { Caller } from './caller.js';
import type { CreatePaymentCommand, SendFence } from './charge.js';
import { toChargeNews, toReleaseDetail, type ReleasingOutcome, type SettlingOutcome } from './charge-news.js';
import type { CreatePaymentOutcome } from './create-payment.outcome.js';
import { StoreUnavailableError } from './errors.js';
import { fingerprintOf } from './fingerprint.js';
import { isAwaited, statusOf, type Payment } from './payment.js';
import type {
  ClaimAnswer,
  ClaimRefusal,
  LimitedClaim,
  OperatorLog,
  PaymentChanges,
  PaymentProvider,
  PaymentStore,
} from './ports.js';
import { createSendFence } from './send-fence.js';
import type { Settler } from './settler.js';

/** Charges one intent at most once, whatever fails. Never throws for anything that can be expected to happen. */
export type CreatePayment = (command: CreatePaymentCommand, caller: Caller) => Promise<CreatePaymentOutcome>;

export interface CreatePaymentDeps {
  readonly store: PaymentStore;
  readonly provider: PaymentProvider;
  readonly changes: PaymentChanges;
  readonly settler: Settler;
  readonly clock: Clock;
  readonly log: OperatorLog;
  /** How long a repeated call waits for the outcome of the first. */
  readonly inFlightWaitMs: number;
  /** How long after the claim the request may be written. */
  readonly sendWindowMs: number;
  /** New payments in a minute; replays are not counted. Null: any number. */
  readonly rates?: PaymentRates;
}

export interface PaymentRates {
  /** Of one customer. */
  readonly perPerson: number | null;
  /** Of one client, for all its customers. */
  readonly perService: number | null;
  /** With one instrument, whoever charges it. */
  readonly perInstrument: number | null;
}

/** How long the answer waits for the store to take an outcome; the writing goes on after it. */
const SETTLE_WAIT_MS = 900;
/** When an unknown outcome is worth asking for again: the reconciler has looked by then. */
const CHECK_AGAIN_AFTER_MS = 15_000;

/**
 * The phases are claim, send, settle: the intent is on disk before the provider is called, and its outcome after. Nothing in here
 * is tied to the caller's connection: once a payment is claimed it runs to its end.
 */
export function createCreatePayment(deps: CreatePaymentDeps): CreatePayment {
  return async (command, caller) => {
    const fence = createSendFence(deps.clock, deps.sendWindowMs);
    const claim = toClaim(command, caller, deps);
    const answer = await claimOrNull(claim, deps);
    if (answer === null) return storeUnavailable();
    switch (answer.kind) {
      case 'claimed':
        return send({ payment: answer.payment, command, fence }, deps);
      case 'taken':
        return answer.payment.fingerprint === claim.fingerprint
          ? replay(answer.payment, command, deps)
          : { kind: 'conflict', code: 'KEY_REUSED', payment: answer.payment };
      case 'expired':
        return { kind: 'conflict', code: 'KEY_EXPIRED', payment: answer.payment };
      case 'limited':
        return { kind: 'rateLimited', retryAtMs: deps.clock.now() + answer.retryAfterMs };
      default:
        return assertNever(answer);
    }
  };
}

/** Null where the store can't be reached: nothing will be sent then, so a claim that was written all the same is given back. */
async function claimOrNull(
  claim: LimitedClaim,
  { store, settler, clock }: CreatePaymentDeps,
): Promise<ClaimAnswer | ClaimRefusal | null> {
  try {
    return await store.claim(claim);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    const terms = { epoch: FIRST_EPOCH, eventId: newId('event', clock.now()), detail: CLAIM_NOT_CONFIRMED };
    settler.writeIfRoom(() => store.release(claim.id, terms));
    return null;
  }
}

/** The epoch that the store gives a new claim. */
const FIRST_EPOCH = 1;
const CLAIM_NOT_CONFIRMED = 'The store did not confirm the claim in time; nothing was sent.';

interface HeldClaim {
  readonly payment: Payment;
  readonly command: CreatePaymentCommand;
  readonly fence: SendFence;
}

async function send({ payment, command, fence }: HeldClaim, deps: CreatePaymentDeps): Promise<CreatePaymentOutcome> {
  const { merchantReferenceId } = payment;
  const outcome = await deps.provider.charge({ paymentId: payment.id, merchantReferenceId, command }, fence);
  switch (outcome.kind) {
    case 'answered':
    case 'refused':
    case 'unknown':
      return settle(payment, outcome, deps);
    case 'turnedAway':
    case 'neverSent':
      return release(payment, outcome, deps);
    default:
      return assertNever(outcome);
  }
}

async function settle(
  payment: Payment,
  outcome: SettlingOutcome,
  deps: CreatePaymentDeps,
): Promise<CreatePaymentOutcome> {
  const { store, settler, clock, log } = deps;
  const providerTimeMs = clock.now();
  const news = {
    ...toChargeNews(outcome),
    source: 'PROVIDER_ANSWER' as const,
    providerTimeMs,
    eventId: newId('event', providerTimeMs),
    factId: `answer:${payment.epoch}`,
  };
  if (outcome.kind === 'unknown')
    log.info('payment.outcome-unknown', { paymentId: payment.id, reason: outcome.reason });
  const settled = await settler.write(() => store.settle(payment.id, news), SETTLE_WAIT_MS);
  if (settled !== null) return toOutcome(settled, { replayed: false }, clock);
  log.alarm('payment.outcome-not-stored', { paymentId: payment.id, standing: news.standing });
  return outcomeUnknown(payment, clock);
}

async function release(
  payment: Payment,
  outcome: ReleasingOutcome,
  deps: CreatePaymentDeps,
): Promise<CreatePaymentOutcome> {
  const { store, settler, clock, log } = deps;
  const terms = { epoch: payment.epoch, eventId: newId('event', clock.now()), detail: toReleaseDetail(outcome) };
  log.info('payment.released', { paymentId: payment.id, reason: outcome.reason });
  await settler.write(() => store.release(payment.id, terms), SETTLE_WAIT_MS);
  return providerUnavailable(outcome.retryAfterMs === null ? null : clock.now() + outcome.retryAfterMs);
}

/** Answers with the payment that the key already has, after waiting a bounded time for an outcome that is under way. */
async function replay(
  first: Payment,
  command: CreatePaymentCommand,
  deps: CreatePaymentDeps,
): Promise<CreatePaymentOutcome> {
  if (!isAwaited(first)) return toOutcome(first, { replayed: true }, deps.clock);
  const watch = deps.changes.watch(first.id);
  const deadline = deps.clock.monotonicNow() + deps.inFlightWaitMs;
  try {
    for (;;) {
      const fence = createSendFence(deps.clock, deps.sendWindowMs);
      const payment = await takeOverOrFind(first, deps);
      if (payment.taken) return await send({ payment: payment.found, command, fence }, deps);
      const remainingMs = deadline - deps.clock.monotonicNow();
      if (isReleasedAgain(payment.found, first)) return providerUnavailable(null);
      if (!isAwaited(payment.found) || remainingMs <= 0)
        return toOutcome(payment.found, { replayed: true }, deps.clock);
      await watch.changed(remainingMs);
    }
  } catch (error) {
    if (error instanceof StoreUnavailableError) return unreadable(first, deps.clock);
    throw error;
  } finally {
    watch.close();
  }
}

/** Whoever sends it may have charged by now; what had been given back still waits for a call that sends it. */
function unreadable(first: Payment, clock: Clock): CreatePaymentOutcome {
  return first.standing === 'RELEASED' ? storeUnavailable() : outcomeUnknown(first, clock);
}

/** Somebody took it over while we waited and could not send it either: one more try of each waiter would be a flood, not a remedy. */
function isReleasedAgain(found: Payment, first: Payment): boolean {
  return found.standing === 'RELEASED' && found.epoch > first.epoch;
}

/** A claim that was given back is anybody's who asks for the same charge: whoever wins the takeover sends. */
async function takeOverOrFind(first: Payment, deps: CreatePaymentDeps): Promise<{ taken: boolean; found: Payment }> {
  const { store, clock, sendWindowMs } = deps;
  const found = await getPayment(first.id, store);
  if (found.standing !== 'RELEASED' || found.epoch > first.epoch) return { taken: false, found };
  const nowMs = clock.now();
  const terms = { claimId: newId('claim', nowMs), eventId: newId('event', nowMs), sendWindowMs };
  const taken = await store.takeOver(first.id, terms);
  if (taken !== null) return { taken: true, found: taken };
  return { taken: false, found: await getPayment(first.id, store) };
}

async function getPayment(paymentId: string, store: PaymentStore): Promise<Payment> {
  const [payment] = await store.findByIds([paymentId]);
  if (payment === null || payment === undefined) throw new Error('a claimed payment is not in the store');
  return payment;
}

function toOutcome(payment: Payment, { replayed }: { replayed: boolean }, clock: Clock): CreatePaymentOutcome {
  const status = statusOf(payment);
  if (status === 'UNKNOWN') return outcomeUnknown(payment, clock);
  if (status === 'FAILED' && payment.rejection !== null) return { kind: 'rejected', payment, ...payment.rejection };
  return { kind: 'created', payment, replayed };
}

function outcomeUnknown(payment: Payment, clock: Clock): CreatePaymentOutcome {
  return { kind: 'unknown', payment, checkAgainAtMs: clock.now() + CHECK_AGAIN_AFTER_MS };
}

function providerUnavailable(retryAtMs: number | null): CreatePaymentOutcome {
  return { kind: 'unavailable', code: 'PROVIDER_UNAVAILABLE', retryAtMs };
}

function storeUnavailable(): CreatePaymentOutcome {
  return { kind: 'unavailable', code: 'STORE_UNAVAILABLE', retryAtMs: null };
}

function toClaim(command: CreatePaymentCommand, caller: Caller, deps: CreatePaymentDeps): LimitedClaim {
  const { clock, sendWindowMs, rates = NO_RATES } = deps;
  const nowMs = clock.now();
  const id = newId('payment', nowMs);
  return {
    id,
    scope: caller.scope,
    idempotencyKey: command.idempotencyKey,
    fingerprint: fingerprintOf(command),
    amount: command.price.kind === 'direct' ? command.price.money : null,
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
    mostPerMinute: { caller: rateOf(caller, rates), instrument: rates.perInstrument },
  };
}

const NO_RATES: PaymentRates = { perPerson: null, perService: null, perInstrument: null };

function rateOf({ may }: Caller, { perPerson, perService }: PaymentRates): number | null {
  return may.anyCustomer ? perService : perPerson;
}
