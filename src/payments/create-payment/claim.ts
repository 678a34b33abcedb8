import type { Clock } from '../../shared/clock.js';
import { newId, paymentIdOf } from '../../shared/ids.js';
import type { Caller } from '../access/caller.js';
import { mostFor, type PerCaller } from '../access/per-caller.js';
import type { CreatePaymentCommand } from '../model/create-payment-command.js';
import { StoreBusyError, StoreUnavailableError } from '../model/errors.js';
import type { Payment } from '../model/payment.js';
import type { OutcomeWriter } from '../outcome-writer/outcome-writer.js';
import type {
  ClaimAnswer,
  ClaimRefusal,
  MostPerMinute,
  NewClaim,
  PaymentStore,
  TakeOverAnswer,
  TakeOverOptions,
} from '../ports/payment-store.js';
import { fingerprintOf } from './fingerprint.js';

/** Sends in a minute, first ones and takeovers; other replays are not counted. Null: any number. */
export interface PaymentRates extends PerCaller {
  readonly perInstrument: number | null;
}

export interface ClaimDeps {
  readonly store: PaymentStore;
  readonly outcomeWriter: OutcomeWriter;
  readonly clock: Clock;
  readonly sendWindowMs: number;
  readonly rates: PaymentRates;
}

export function toClaim(command: CreatePaymentCommand, caller: Caller, deps: ClaimDeps): NewClaim {
  const { clock, sendWindowMs, rates } = deps;
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

/** Null where the store can't be reached: nothing is sent, and a claim that was written all the same is released. */
export async function claimOrNull(claim: NewClaim, deps: ClaimDeps): Promise<ClaimAnswer | ClaimRefusal | null> {
  try {
    return await deps.store.claim(claim);
  } catch (error) {
    if (error instanceof StoreBusyError) return null;
    if (!(error instanceof StoreUnavailableError)) throw error;
    giveBack(claim.id, claim.claimId, deps);
    return null;
  }
}

/** Throws StoreUnavailableError; a takeover that was written all the same is released then. */
export async function takeOver(
  { id, scope, paymentInstrumentId }: Payment,
  mostPerMinute: MostPerMinute,
  deps: ClaimDeps,
): Promise<TakeOverAnswer | ClaimRefusal | null> {
  const { store, clock, sendWindowMs } = deps;
  const nowMs = clock.now();
  const options: TakeOverOptions = {
    claimId: newId('claim', nowMs),
    eventId: newId('event', nowMs),
    sendWindowMs,
    gatewayTimeMs: nowMs,
    scope,
    paymentInstrumentId,
    mostPerMinute,
  };
  try {
    return await store.takeOver(id, options);
  } catch (error) {
    if (error instanceof StoreUnavailableError && !(error instanceof StoreBusyError))
      giveBack(id, options.claimId, deps);
    throw error;
  }
}

/** By the claim's id: the epoch of a takeover that was not confirmed is not known, and may be another's. */
function giveBack(paymentId: string, claimId: string, { store, outcomeWriter, clock }: ClaimDeps): void {
  const options = { claimId, eventId: newId('event', clock.now()), detail: CLAIM_NOT_CONFIRMED };
  outcomeWriter.writeIfRoom(() => store.release(paymentId, options));
}

const CLAIM_NOT_CONFIRMED = 'The store did not confirm the claim in time; nothing was sent.';
