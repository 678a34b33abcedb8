import { assertNever } from '../../shared/assert-never.js';
import type { ChargeAnswer, ChargeOutcome, UnknownOutcomeReason } from '../ports/payment-provider.js';
import { toDeclineFailure } from '../model/decline.js';
import type { PaymentFailure, ProviderRejection } from '../model/payment.js';
import type { PaymentFields } from '../ports/payment-update.js';
import type { PaymentState } from '../model/status.js';

export type RecordedOutcome = Extract<ChargeOutcome, { kind: 'answered' | 'refused' | 'unknown' }>;
/** Certainly charged nothing and may be tried again: releases the claim. */
export type ReleasedOutcome = Exclude<ChargeOutcome, RecordedOutcome>;

interface ChargeUpdate {
  readonly state: PaymentState;
  readonly detail: string | null;
  readonly fields: PaymentFields;
}

export function toChargeUpdate(outcome: RecordedOutcome): ChargeUpdate {
  switch (outcome.kind) {
    case 'answered':
      return toAnswerUpdate(outcome.answer);
    case 'refused':
      return {
        state: 'FAILED',
        detail: `The provider refused the request (${outcome.rejection.providerCode}).`,
        fields: { rejection: outcome.rejection, failure: toRefusalFailure(outcome.rejection) },
      };
    case 'unknown':
      return { state: 'UNKNOWN', detail: UNKNOWN_SENTENCES[outcome.reason], fields: { orderId: outcome.orderId } };
    default:
      return assertNever(outcome);
  }
}

export function toReleaseDetail(outcome: ReleasedOutcome): string {
  return RELEASE_SENTENCES[outcome.reason];
}

const STATE_OF_ANSWER: Readonly<Record<ChargeAnswer['state'], PaymentState>> = {
  paid: 'SUCCEEDED',
  pending: 'PENDING',
  declined: 'FAILED',
  actionRequired: 'REQUIRES_ACTION',
};

function toAnswerUpdate(answer: ChargeAnswer): ChargeUpdate {
  return {
    state: STATE_OF_ANSWER[answer.state],
    detail: answer.actionProblem,
    fields: {
      orderId: answer.orderId,
      sessionId: answer.sessionId,
      customerId: answer.customer.customerId ?? null,
      amount: answer.amount,
      action: answer.action,
      failure: toFailure(answer),
    },
  };
}

function toFailure(answer: ChargeAnswer): PaymentFailure | null {
  if (answer.state === 'declined') return toDeclineFailure(answer.failure);
  if (answer.state === 'actionRequired' && answer.action === null) return ACTION_UNUSABLE;
  return null;
}

function toRefusalFailure({ providerCode, providerMessage }: ProviderRejection): PaymentFailure {
  return {
    code: providerCode,
    message: providerMessage ?? 'The provider refused the request.',
    retry: 'USE_NEW_KEY',
  };
}

const ACTION_UNUSABLE: PaymentFailure = {
  code: 'ACTION_UNUSABLE',
  message:
    'The provider asked for a step that is not safe to pass on. Nothing is charged without it; the ' +
    'payment runs out by itself.',
  retry: 'WAIT_AND_QUERY',
};

const UNKNOWN_SENTENCES: Readonly<Record<UnknownOutcomeReason, string>> = {
  sentBefore: 'The provider told of this payment before, and the database had lost it. Nothing was sent now.',
  timeout: 'The provider got the request and did not answer in time.',
  connectionLost: 'The connection broke after the request was sent.',
  serverError: 'The provider answered with a server error.',
  malformedAnswer: 'The provider answered something that is not an answer.',
  unlistedCode: 'The provider answered with a code that does not say whether it charged.',
  bodyTooLarge: 'The answer of the provider was too large to be one.',
  redirected: 'The provider answered with a redirect, which is never followed.',
};

const RELEASE_SENTENCES: Readonly<Record<ReleasedOutcome['reason'], string>> = {
  unauthorized: 'The provider did not accept the credentials of the gateway; nothing was charged.',
  rateLimited: 'The provider asked to slow down; nothing was charged.',
  timestampRefused: 'The provider refused the timestamp of the request; nothing was charged.',
  connectFailed: 'The provider could not be reached; nothing was sent.',
  breakerOpen: 'The provider is not answering at present; nothing was sent.',
  tooLate: 'The time to send ran out before the request could be written; nothing was sent.',
  shutDown: 'The gateway was shutting down; nothing was sent.',
};
