import type { IncomingHttpHeaders } from 'node:http';
import { StoreUnavailableError } from '../payments/model/errors.js';
import type { OperatorLog } from '../payments/ports/operator-log.js';
import type { InboxEvent, ReceiptOfEvent, WebhookInbox } from '../payments/ports/webhook-inbox.js';
import type { Clock } from '../shared/clock.js';
import { createLogRateLimiter } from '../shared/log/log-rate-limiter.js';
import { parseWebhookEvent } from './event.js';
import { isLostUpdate, toInboxEvent } from './inbox-event.js';
import { WEBHOOK_REFUSALS, type WebhookRefusal } from './refusals.js';
import { verifySignature, type SignatureRefusal } from './signature.js';

export interface WebhookReceiverDeps {
  /** Accepted secrets, newest first. Read for each event, so that a rolled one is used at once. */
  readonly secrets: () => readonly string[];
  readonly inbox: WebhookInbox;
  readonly clock: Clock;
  readonly log: OperatorLog;
  /** How far the time of signing may be from now, either way, for the body to be believed. */
  readonly replayWindowMs?: number;
}

export interface WebhookReceiver {
  /** Takes the bytes as they came over the wire and the headers in lower case, as node gives them; answers with what the provider is to be told. */
  (rawBody: Buffer, headers: IncomingHttpHeaders): Promise<WebhookAnswer>;
  /** Hears of a request whose body was refused for its size, and not read. */
  onTooLarge(headers: IncomingHttpHeaders): void;
}

export interface WebhookAnswer {
  /** 200 makes the provider's delivery final; after anything else it sends the event again. */
  readonly status: number;
  /** One sentence, empty with 200. */
  readonly body: string;
}

/** Five minutes, as is customary: longer than clocks differ, shorter than a recording is worth keeping. */
const DEFAULT_REPLAY_WINDOW_MS = 300_000;

/**
 * Raw bytes, signature, parsing, age, one transaction: in that order, so that nothing of a forged event is read and nothing is acknowledged that
 * is not on disk. Rejects only for bugs, so that the server answers 500 and the provider sends the event again.
 */
export function createWebhookReceiver(deps: WebhookReceiverDeps): WebhookReceiver {
  return Object.assign(createReceive(deps), { onTooLarge: createTooLargeAlarm(deps) });
}

function createReceive(deps: WebhookReceiverDeps): (...request: Parameters<WebhookReceiver>) => Promise<WebhookAnswer> {
  const { secrets, clock, replayWindowMs = DEFAULT_REPLAY_WINDOW_MS } = deps;
  // Anybody can send what is refused here.
  const lines = createLogRateLimiter<SignatureRefusal>({
    clock,
    onUnlogged: (byReason) => {
      deps.log.info('webhooks.refused', byReason);
    },
  });
  return async (rawBody, headers) => {
    const receivedAtMs = clock.now();
    const verdict = verifySignature(headers, rawBody, secrets());
    if (verdict.kind === 'refused')
      return lines.isSpent(verdict.reason) ? answerOf(verdict.reason) : refuse(verdict.reason, deps);
    const parsed = parseWebhookEvent(rawBody);
    if (parsed.kind === 'unreadable') return refuseGenuine(parsed.reason, deps);
    const delivery = { signedAtMs: verdict.timestampMs, receivedAtMs, replayWindowMs };
    return keep(toInboxEvent(parsed.event, delivery), deps);
  };
}

async function keep(event: InboxEvent, deps: WebhookReceiverDeps): Promise<WebhookAnswer> {
  try {
    const receipt = await deps.inbox.receive(event);
    const details = { eventId: event.id, type: event.type, receipt, effect: effectOf(event) };
    deps.log.info('webhook.received', isOfPerson(receipt) ? { ...details, ...event.match } : details);
    if (receipt !== 'duplicate' && isLostUpdate(event))
      deps.log.alarm('webhook.names-no-payment', { eventId: event.id, type: event.type });
    return { status: 200, body: '' };
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    return refuse('storeUnavailable', deps, { eventId: event.id, type: event.type });
  }
}

/** The payment is flagged, which raises an alarm of its own. */
function isOfPerson(receipt: ReceiptOfEvent): boolean {
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
): WebhookAnswer {
  log.info('webhook.refused', { reason, ...details });
  return answerOf(reason);
}

/** Signed by the provider and not to be read: it has changed its format, and every event like it will be lost after a day of retries. */
function refuseGenuine(reason: WebhookRefusal, { log }: WebhookReceiverDeps): WebhookAnswer {
  log.alarm('webhook.unreadable', { reason });
  return answerOf(reason);
}

function answerOf(reason: WebhookRefusal): WebhookAnswer {
  const { status, message } = WEBHOOK_REFUSALS[reason];
  return { status, body: message };
}

/** What was not read can't be checked, so anybody could ring for as long as they like: once in a while is enough to be looked at. */
const TOO_LARGE_ALARM_EVERY_MS = 600_000;
const UNREAD = new Uint8Array();

/** Only where the headers are those of the provider's, as far as they go. */
function createTooLargeAlarm({ secrets, clock, log }: WebhookReceiverDeps): WebhookReceiver['onTooLarge'] {
  let silentUntilMs = Number.NEGATIVE_INFINITY;
  return (headers) => {
    const verdict = verifySignature(headers, UNREAD, secrets());
    const mayBeGenuine = verdict.kind === 'refused' && verdict.reason === 'signatureWrong';
    if (!mayBeGenuine || clock.monotonicNow() < silentUntilMs) return;
    silentUntilMs = clock.monotonicNow() + TOO_LARGE_ALARM_EVERY_MS;
    log.alarm('webhook.too-large', { announcedBytes: headers['content-length'] ?? null });
  };
}
