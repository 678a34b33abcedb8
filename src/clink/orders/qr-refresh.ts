import type { QrRefreshOutcome } from '../../payments/ports/order-provider.js';
import { mapAction, type ActionMappingOptions } from '../actions/action-mapping.js';
import { toSilence } from './order-lookup.js';
import { toProviderText } from '../wire/provider-text.js';
import type { ProviderResponse } from '../charge/provider-response.js';
import { asObject } from '../wire/wire-values.js';

/** A code that is neither success nor a failure of the service means that there is no QR code to renew. */
export function toQrRefreshOutcome(
  response: ProviderResponse,
  orderId: string,
  options: ActionMappingOptions,
): QrRefreshOutcome {
  if (response.kind === 'success') return readFreshQr(response.envelope.data, orderId, options);
  const refusalCode = findRefusal(response);
  if (refusalCode === null) return { kind: 'unavailable', reason: toSilence(response) };
  return {
    kind: 'refused',
    rejection: { providerCode: refusalCode, providerMessage: toProviderText(messageOf(response)) },
  };
}

function readFreshQr(data: unknown, orderId: string, options: ActionMappingOptions): QrRefreshOutcome {
  const wire = asObject(data);
  const mapping = mapAction(wire?.action, options);
  const isFreshQr = wire?.orderId === orderId && mapping.kind === 'usable' && mapping.action.kind === 'walletQr';
  return isFreshQr ? { kind: 'refreshed', action: mapping.action } : { kind: 'unavailable', reason: 'malformedAnswer' };
}

function findRefusal(response: ProviderResponse): string | null {
  if (response.kind === 'refused') return response.code;
  if (response.kind !== 'unknown' || response.reason !== 'unlistedCode') return null;
  const code = response.envelope?.code ?? null;
  return code === '200' ? null : code;
}

function messageOf(response: ProviderResponse): unknown {
  return response.kind === 'refused' || response.kind === 'unknown' ? response.envelope?.msg : null;
}
