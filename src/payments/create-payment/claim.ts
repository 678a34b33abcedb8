import type { Clock } from '../../shared/clock.js';
import { newId } from '../../shared/ids.js';
import { StoreBusyError, StoreUnavailableError } from '../model/errors.js';
import type { Payment } from '../model/payment.js';
import type {
  ClaimAnswer,
  ClaimRefusal,
  NewClaim,
  MostPerMinute,
  PaymentStore,
  TakeOverAnswer,
} from '../ports/payment-store.js';
import type { OutcomeWriter } from '../outcome-writer/outcome-writer.js';

export interface ClaimingDeps {
  readonly store: PaymentStore;
  readonly outcomeWriter: OutcomeWriter;
  readonly clock: Clock;
  /** How long after the claim the request may be written. */
  readonly sendWindowMs: number;
}

/** Null where the store can't be reached: nothing will be sent then, so a claim that may have been written all the same is given back. */
export async function claimOrNull(claim: NewClaim, deps: ClaimingDeps): Promise<ClaimAnswer | ClaimRefusal | null> {
  try {
    return await deps.store.claim(claim);
  } catch (error) {
    if (error instanceof StoreBusyError) return null;
    if (!(error instanceof StoreUnavailableError)) throw error;
    giveBack(claim.id, claim.claimId, deps);
    return null;
  }
}

/** Throws StoreUnavailableError where the store can't be reached: what may have been taken over all the same is given back then. */
export async function takeOver(
  { id, scope, paymentInstrumentId }: Payment,
  mostPerMinute: MostPerMinute,
  deps: ClaimingDeps,
): Promise<TakeOverAnswer | ClaimRefusal | null> {
  const { store, clock, sendWindowMs } = deps;
  const nowMs = clock.now();
  const ids = { claimId: newId('claim', nowMs), eventId: newId('event', nowMs), gatewayTimeMs: nowMs };
  try {
    return await store.takeOver(id, { ...ids, sendWindowMs, scope, paymentInstrumentId, mostPerMinute });
  } catch (error) {
    if (error instanceof StoreUnavailableError && !(error instanceof StoreBusyError)) giveBack(id, ids.claimId, deps);
    throw error;
  }
}

/** By the claim's id: of a takeover that was not confirmed nobody knows the epoch, and what it would be may be another's. */
function giveBack(paymentId: string, claimId: string, { store, outcomeWriter, clock }: ClaimingDeps): void {
  const options = { claimId, eventId: newId('event', clock.now()), detail: CLAIM_NOT_CONFIRMED };
  outcomeWriter.writeIfRoom(() => store.release(paymentId, options));
}

const CLAIM_NOT_CONFIRMED = 'The store did not confirm the claim in time; nothing was sent.';
