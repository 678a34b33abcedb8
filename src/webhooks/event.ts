import { gatewayPaymentIdOf, toProviderOrder } from '../clink/orders/order-mapping.js';
import { parseProviderJson } from '../clink/wire/provider-json.js';
import { asEpochMs, asId, asObject, type WireObject } from '../clink/wire/wire-values.js';
import type { EventMatch } from '../payments/ports/webhook-inbox.js';
import { readMessage, type EventMessage } from './event-message.js';

export interface WebhookEvent {
  readonly id: string;
  readonly type: string;
  readonly createdAtMs: number | null;
  readonly match: EventMatch;
  readonly message: EventMessage;
}

type ParsedEvent =
  | { readonly kind: 'event'; readonly event: WebhookEvent }
  | { readonly kind: 'unreadable'; readonly reason: UnreadableEvent };

export type UnreadableEvent = 'notJson' | 'notAnObject' | 'idUnusable' | 'typeUnusable';

/**
 * Reads verified bytes in either of the provider's forms: the object in `data.object`, or (older) `data` itself,
 * with `created` as ISO text. Never throws, and ignores fields of a wrong type.
 */
export function parseWebhookEvent(rawBody: Uint8Array): ParsedEvent {
  const json = parseJson(rawBody);
  if (json === NOT_JSON) return unreadable('notJson');
  const envelope = asObject(json);
  if (envelope === null) return unreadable('notAnObject');
  const id = asId(envelope.id);
  if (id === null) return unreadable('idUnusable');
  const type = asId(envelope.type);
  if (type === null) return unreadable('typeUnusable');
  const subject = subjectOf(envelope);
  return {
    kind: 'event',
    event: {
      id,
      type,
      createdAtMs: asCreated(envelope.created),
      match: toMatch(subject),
      message: readMessage(type, toProviderOrder(subject)),
    },
  };
}

const NOT_JSON = Symbol('not JSON');

function parseJson(rawBody: Uint8Array): unknown {
  try {
    return parseProviderJson(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
  } catch {
    return NOT_JSON;
  }
}

function subjectOf({ data }: WireObject): WireObject {
  const outer = asObject(data);
  return asObject(outer?.object) ?? outer ?? {};
}

function toMatch(subject: WireObject): EventMatch {
  return {
    orderId: asId(subject.orderId),
    gatewayPaymentId: gatewayPaymentIdOf(subject),
    merchantReferenceId: asId(subject.merchantReferenceId),
  };
}

function asCreated(created: unknown): number | null {
  const epochMs = asEpochMs(created);
  if (epochMs !== null || typeof created !== 'string') return epochMs;
  const match = ISO_TIME.exec(created.trim());
  if (match === null) return null;
  const [, date = '', time = '', zone = 'Z'] = match;
  const parsedMs = Date.parse(`${date}T${time}${zone}`);
  return parsedMs > 0 ? parsedMs : null;
}

const ISO_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:\d\d)?$/;

function unreadable(reason: UnreadableEvent): ParsedEvent {
  return { kind: 'unreadable', reason };
}
