import type { ChargeOutcome, UnknownOutcomeReason } from '../../payments/ports/payment-provider.js';
import { assertNever } from '../../shared/assert-never.js';
import type { ActionMappingOptions } from '../actions/action-mapping.js';
import { parseChargeAnswer } from './charge-answer.js';
import type { Envelope } from '../wire/envelope.js';
import { toProviderText } from '../wire/provider-text.js';
import type { ProviderResponse } from './provider-response.js';
import { asId, asNumber, asObject, type WireObject } from '../wire/wire-values.js';

/** An answer that contradicts itself about a charge is unknown, never a refusal: a retry would charge again. */
export function toChargeOutcome(response: ProviderResponse, options: ActionMappingOptions): ChargeOutcome {
  switch (response.kind) {
    case 'success':
      return toAnswered(response.envelope, options);
    case 'refused':
      return speaksOfCharge(response.envelope) ? unknown('unlistedCode', response.envelope) : toRefused(response);
    case 'turnedAway':
      if (orderIdOf(response.envelope) !== null || speaksOfCharge(response.envelope))
        return unknown('unlistedCode', response.envelope);
      return { kind: 'turnedAway', reason: response.reason, retryAfterMs: response.retryAfterMs };
    case 'neverSent':
      return { kind: 'neverSent', reason: response.reason, retryAfterMs: null };
    case 'unknown':
      return unknown(response.reason, response.envelope);
    default:
      return assertNever(response);
  }
}

function toAnswered(envelope: Envelope, options: ActionMappingOptions): ChargeOutcome {
  const parsed = parseChargeAnswer(envelope.data, options);
  if (parsed.kind === 'parsed') return { kind: 'answered', answer: parsed.answer };
  return { kind: 'unknown', reason: 'malformedAnswer', orderId: parsed.orderId };
}

function toRefused({ code, envelope }: Extract<ProviderResponse, { kind: 'refused' }>): ChargeOutcome {
  return { kind: 'refused', rejection: { providerCode: code, providerMessage: toProviderText(envelope.msg) } };
}

const DECLINED = 3;
const LIVE_STATUSES: ReadonlySet<number | null> = new Set([1, 2, 5]);

function speaksOfCharge(envelope: Envelope | null): boolean {
  const status = asNumber(dataOf(envelope)?.status);
  return LIVE_STATUSES.has(status) || (status !== DECLINED && orderIdOf(envelope) !== null);
}

function unknown(reason: UnknownOutcomeReason, envelope: Envelope | null): ChargeOutcome {
  return { kind: 'unknown', reason, orderId: orderIdOf(envelope) };
}

function orderIdOf(envelope: Envelope | null): string | null {
  return asId(dataOf(envelope)?.orderId);
}

function dataOf(envelope: Envelope | null): WireObject | null {
  return asObject(envelope?.data);
}
