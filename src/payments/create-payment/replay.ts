import type { Clock } from '../../shared/clock.js';
import type { CreatePaymentCommand } from '../model/create-payment-command.js';
import { StoreUnavailableError } from '../model/errors.js';
import { isAwaited, type Payment } from '../model/payment.js';
import type { PaymentChanges } from '../ports/payment-changes.js';
import type { ClaimRefusal, MostPerMinute, PaymentStore, TakeOverAnswer } from '../ports/payment-store.js';
import { takeOver, type ClaimDeps } from './claim.js';
import {
  outcomeUnknown,
  providerUnavailable,
  rateLimited,
  storeUnavailable,
  toOutcome,
  type CreatePaymentOutcome,
} from './create-payment.outcome.js';
import { send, type SendDeps } from './send.js';
import { createSendDeadline } from './send-deadline.js';

export interface ReplayDeps extends ClaimDeps, SendDeps {
  readonly changes: PaymentChanges;
  readonly inFlightWaitMs: number;
}

interface RepeatedCall {
  readonly command: CreatePaymentCommand;
  readonly mostPerMinute: MostPerMinute;
}

/** Answers with the payment that the key has, after a bounded wait for its outcome; sends one that was given back. */
export async function replay(first: Payment, call: RepeatedCall, deps: ReplayDeps): Promise<CreatePaymentOutcome> {
  const { clock } = deps;
  if (!isAwaited(first)) return toOutcome(first, { replayed: true }, clock);
  const watch = deps.changes.watch(first.id);
  const deadlineMs = clock.monotonicNow() + deps.inFlightWaitMs;
  try {
    for (;;) {
      const sendDeadline = createSendDeadline(clock, deps.sendWindowMs);
      const answer = await takeOverOrFind(first, call, deps);
      if (answer.kind === 'takenOver') return await send({ ...answer, command: call.command, sendDeadline }, deps);
      if (answer.kind === 'tooEarly') return providerUnavailable(clock.now() + answer.retryAfterMs);
      if (answer.kind === 'limited') return rateLimited(answer, clock);
      const remainingMs = deadlineMs - clock.monotonicNow();
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

/** A sender that was at work may have charged by now; a payment that was RELEASED had none. */
function unreadable(first: Payment, clock: Clock): CreatePaymentOutcome {
  return first.state === 'RELEASED' ? storeUnavailable() : outcomeUnknown(first, clock);
}

/** Another call took it over meanwhile and could not send it either: one more try of each waiter would be a flood. */
function isReleasedAgain(found: Payment, first: Payment): boolean {
  return found.state === 'RELEASED' && found.epoch > first.epoch;
}

interface Found {
  readonly kind: 'found';
  readonly payment: Payment;
}

async function takeOverOrFind(
  first: Payment,
  call: RepeatedCall,
  deps: ReplayDeps,
): Promise<TakeOverAnswer | ClaimRefusal | Found> {
  const payment = await readAgain(first, deps.store);
  if (payment.state !== 'RELEASED' || payment.epoch > first.epoch) return { kind: 'found', payment };
  const answer = await takeOver(first, call.mostPerMinute, deps);
  return answer ?? { kind: 'found', payment: await readAgain(first, deps.store) };
}

async function readAgain({ id, scope }: Payment, store: PaymentStore): Promise<Payment> {
  const [payment] = await store.findByIds([{ id, scope }]);
  if (payment === null || payment === undefined)
    throw new StoreUnavailableError(`The payment ${id} is not in the store.`);
  return payment;
}
