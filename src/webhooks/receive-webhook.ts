import type { IncomingHttpHeaders } from 'node:http';
import { StoreUnavailableError } from '../payments/model/errors.js';
import type { OperatorLog } from '../payments/ports/operator-log.js';
import type { InboxEvent, ReceiptOfEvent, WebhookInbox } from '../payments/ports/webhook-inbox.js';
import type { Clock } from '../shared/clock.js';
import { createLogRateLimiter, FLOOD_LINES } from '../shared/log/log-rate-limiter.js';
import { parseWebhookEvent } from './event.js';
import { isLostUpdate, toInboxEvent } from './inbox-event.js';
import { WEBHOOK_REFUSALS, type WebhookRefusal } from './refusals.js';
import { verifySignature, type SignatureRefusal } from './signature.js';

interface WebhookReceiverDeps {
  readonly secrets: () => readonly string[];
  readonly inbox: WebhookInbox;
  readonly clock: Clock;
  readonly log: OperatorLog;
  readonly replayWindowMs?: number;
}

export interface WebhookReceiver {
  (rawBody: Buffer, headers: IncomingHttpHeaders): Promise<WebhookResponse>;
  onTooLarge(headers: IncomingHttpHeaders): void;
}

interface WebhookResponse {
  readonly status: number;
  readonly body: string;
}

const DEFAULT_REPLAY_WINDOW_MS = 300_000;

/**
 * Raw bytes, signature, parsing, age, one transaction, in this order: nothing of a forged event is read, and
 * nothing is acknowledged that is not on disk. Rejects only for bugs, so that the provider sends the event again.
 */
export function createWebhookReceiver(deps: WebhookReceiverDeps): WebhookReceiver {
  return Object.assign(createReceive(deps), { onTooLarge: createTooLargeAlarm(deps) });
}

function createReceive(
  deps: WebhookReceiverDeps,
): (...request: Parameters<WebhookReceiver>) => Promise<WebhookResponse> {
  const { secrets, clock, replayWindowMs = DEFAULT_REPLAY_WINDOW_MS } = deps;
  const lines = createLogRateLimiter<SignatureRefusal>({ clock, ...FLOOD_LINES });
  return async (rawBody, headers) => {
    const receivedAtMs = clock.now();
    const signature = verifySignature(headers, rawBody, secrets());
    if (signature.kind === 'refused') {
      const byReason = lines.takeUnlogged();
      if (byReason !== null) deps.log.info('webhooks.refused', byReason);
      return lines.admit(signature.reason) > 0 ? refuse(signature.reason, deps) : responseTo(signature.reason);
    }
    const parsed = parseWebhookEvent(rawBody);
    if (parsed.kind === 'unreadable') return refuseGenuine(parsed.reason, deps);
    const delivery = { signedAtMs: signature.timestampMs, receivedAtMs, replayWindowMs };
    return keep(toInboxEvent(parsed.event, delivery), deps);
  };
}

async function keep(event: InboxEvent, deps: WebhookReceiverDeps): Promise<WebhookResponse> {
  try {
    const receipt = await deps.inbox.receive(event);
    const details = { eventId: event.id, type: event.type, receipt, effect: effectOf(event) };
    deps.log.info('webhook.received', isForOperator(receipt) ? { ...details, ...event.match } : details);
    if (receipt !== 'duplicate' && isLostUpdate(event))
      deps.log.alarm('webhook.names-no-payment', { eventId: event.id, type: event.type });
    return { status: 200, body: '' };
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    return refuse('storeUnavailable', deps, { eventId: event.id, type: event.type });
  }
}

function isForOperator(receipt: ReceiptOfEvent): boolean {
  return receipt === 'contested' || receipt === 'overruled';
}

function effectOf({ update, asksLookup }: InboxEvent): string {
  if (update !== null) return update.state;
  return asksLookup ? 'lookup' : 'none';
}

function refuse(
  reason: WebhookRefusal,
  { log }: WebhookReceiverDeps,
  details: Readonly<Record<string, string>> = {},
): WebhookResponse {
  log.info('webhook.refused', { reason, ...details });
  return responseTo(reason);
}

/** A signed event that can't be read shows a new format, whose events would all be lost after a day of retries. */
function refuseGenuine(reason: WebhookRefusal, { log }: WebhookReceiverDeps): WebhookResponse {
  log.alarm('webhook.unreadable', { reason });
  return responseTo(reason);
}

function responseTo(reason: WebhookRefusal): WebhookResponse {
  const { status, message } = WEBHOOK_REFUSALS[reason];
  return { status, body: message };
}

/** A body that was not read can't be verified, so anyone can raise this alarm. */
const TOO_LARGE_ALARM_EVERY_MS = 600_000;
const UNREAD = new Uint8Array();

function createTooLargeAlarm({ secrets, clock, log }: WebhookReceiverDeps): WebhookReceiver['onTooLarge'] {
  const alarms = createLogRateLimiter<'too-large'>({ clock, windowMs: TOO_LARGE_ALARM_EVERY_MS, linesPerWindow: 1 });
  return (headers) => {
    const signature = verifySignature(headers, UNREAD, secrets());
    const mayBeGenuine = signature.kind === 'refused' && signature.reason === 'signatureWrong';
    if (!mayBeGenuine || alarms.admit('too-large') === 0) return;
    log.alarm('webhook.too-large', { announcedBytes: headers['content-length'] ?? null });
  };
}
