import { assertNever } from '../../shared/assert-never.js';
import type { Caller } from '../access/caller.js';
import type { CreatePaymentCommand } from '../model/create-payment-command.js';
import { claimOrNull, toClaim } from './claim.js';
import { rateLimited, storeUnavailable, type CreatePaymentOutcome } from './create-payment.outcome.js';
import { replay, type ReplayDeps } from './replay.js';
import { leaveUnsent, send } from './send.js';
import { createSendDeadline } from './send-deadline.js';

export interface PaymentService {
  /** Charges one intent at most once. Every failure that can be expected is an outcome. */
  createPayment(command: CreatePaymentCommand, caller: Caller): Promise<CreatePaymentOutcome>;
}

/**
 * The phases are claim, send, record: the intent is on disk before the provider is called, and its
 * outcome after. Nothing is tied to the caller's connection: a claimed payment runs to its end.
 */
export function createPaymentService(deps: ReplayDeps): PaymentService {
  return {
    createPayment: async (command, caller) => {
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
    },
  };
}
