import type { NeverSentReason, TurnedAwayReason, UnknownOutcomeReason } from '../../payments/ports/payment-provider.js';
import { parseEnvelope, type Envelope } from '../wire/envelope.js';
import type { HttpResult } from '../http/charge-attempt.js';
import { findRefusalCode, TIMESTAMP_CODES } from './refusal-table.js';
import { parseRetryAfterMs } from '../http/retry-after.js';

export type ProviderResponse =
  | { readonly kind: 'success'; readonly envelope: Envelope }
  /** `code` is one of the published refusal table. */
  | { readonly kind: 'refused'; readonly code: string; readonly envelope: Envelope }
  | {
      readonly kind: 'turnedAway';
      readonly reason: TurnedAwayReason;
      readonly retryAfterMs: number | null;
      readonly envelope: Envelope | null;
    }
  | { readonly kind: 'neverSent'; readonly reason: NeverSentReason }
  | { readonly kind: 'unknown'; readonly reason: UnknownOutcomeReason; readonly envelope: Envelope | null };

export function classify(result: HttpResult, nowMs: number): ProviderResponse {
  if (result.kind === 'neverSent') return { kind: 'neverSent', reason: result.reason };
  if (result.kind === 'lost') return unknown(result.reason, null);
  const envelope = parseEnvelope(result.body);
  // A server that failed may have charged before; its body does not matter.
  if (result.httpStatus >= 500) return unknown('serverError', envelope);
  const reason = findTurnedAwayReason(result.httpStatus, envelope?.code ?? null);
  if (reason !== null) {
    return { kind: 'turnedAway', reason, retryAfterMs: parseRetryAfterMs(result.retryAfter, nowMs), envelope };
  }
  return classifyEnvelope(envelope, result.httpStatus);
}

/** A 401 may come as plain text, so the HTTP status alone is enough. A timestamp code says more. */
function findTurnedAwayReason(httpStatus: number, code: string | null): TurnedAwayReason | null {
  if (code !== null && TIMESTAMP_CODES.has(code)) return 'timestampRefused';
  const statuses = [String(httpStatus), code];
  if (statuses.includes('401') || statuses.includes('403')) return 'unauthorized';
  return statuses.includes('429') ? 'rateLimited' : null;
}

function classifyEnvelope(envelope: Envelope | null, httpStatus: number): ProviderResponse {
  const code = envelope?.code ?? null;
  if (envelope === null || code === null) return unknown('malformedAnswer', envelope);
  if (code === '200') return httpStatus < 300 ? { kind: 'success', envelope } : unknown('unlistedCode', envelope);
  const refusalCode = findRefusalCode(code, envelope.msg);
  if (refusalCode !== null) return { kind: 'refused', code: refusalCode, envelope };
  return unknown(/^5\d\d$/.test(code) ? 'serverError' : 'unlistedCode', envelope);
}

function unknown(reason: UnknownOutcomeReason, envelope: Envelope | null): ProviderResponse {
  return { kind: 'unknown', reason, envelope };
}
