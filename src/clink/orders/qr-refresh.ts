import type { QrRefreshOutcome } from '../../payments/ports/order-provider.js';
import { mapAction, type ActionReading } from '../actions/action-mapping.js';
import { toSilence } from './order-lookup.js';
import { toProviderText } from '../wire/provider-text.js';
import type { ProviderResponse } from '../charge/provider-response.js';
import { asObject } from '../wire/wire-values.js';

/** The outcome of `POST /payment/{orderId}/qrcode/refresh`. Any code that is neither success nor a failure of the service means that there is no QR code to renew. */
export function toQrRefreshOutcome(verdict: ProviderResponse, orderId: string, reading: ActionReading): QrRefreshOutcome {
  if (verdict.kind === 'success') return readFreshQr(verdict.envelope.data, orderId, reading);
  const refusalCode = findRefusal(verdict);
  if (refusalCode === null) return { kind: 'unavailable', reason: toSilence(verdict) };
  return {
    kind: 'refused',
    rejection: { providerCode: refusalCode, providerMessage: toProviderText(messageOf(verdict)) },
  };
}

function readFreshQr(data: unknown, orderId: string, reading: ActionReading): QrRefreshOutcome {
  const wire = asObject(data);
  const mapping = mapAction(wire?.action, reading);
  const isFreshQr = wire?.orderId === orderId && mapping.kind === 'usable' && mapping.action.kind === 'walletQr';
  return isFreshQr ? { kind: 'refreshed', action: mapping.action } : { kind: 'unavailable', reason: 'malformedAnswer' };
}

function findRefusal(verdict: ProviderResponse): string | null {
  if (verdict.kind === 'refused') return verdict.code;
  if (verdict.kind !== 'unknown' || verdict.reason !== 'unlistedCode') return null;
  const code = verdict.envelope?.code ?? null;
  return code === '200' ? null : code;
}

function messageOf(verdict: ProviderResponse): unknown {
  return verdict.kind === 'refused' || verdict.kind === 'unknown' ? verdict.envelope?.msg : null;
}
