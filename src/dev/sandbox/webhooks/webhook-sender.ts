import { Agent, request } from 'undici';
import type { Clock } from '../../../shared/clock.js';
import type { Log } from '../../../shared/log/log.js';
import type { WebhookFaults } from '../control/faults.js';
import { Latch } from '../../../shared/latch.js';
import { shuffle } from './shuffle.js';
import { toSignatureHeaders } from './signature.js';
import { toEvent, type WebhookEvent, type WebhookEventType, type WebhookSubject } from './webhook-event.js';

export interface WebhookTarget {
  readonly url: string;
  readonly secret: string;
}

interface WebhookSenderDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly faults: () => WebhookFaults;
  readonly target: WebhookTarget | null;
  readonly backoffMs: number;
  readonly random: () => number;
}

interface SignedFor {
  readonly target: WebhookTarget;
  readonly headers: Record<string, string>;
}

const MAX_TRIES = 10;
const MAX_CONNECTIONS = 8;
const ANSWER_TIMEOUT_MS = 10_000;
const SHUFFLE_WINDOW_MS = 150;
const MAX_KEPT_EVENTS = 20_000;

/** Delivers each event until it is answered with 200, at most ten times for each copy. */
export class WebhookSender {
  private events: WebhookEvent[] = [];
  private gathered: WebhookEvent[] = [];
  private target: WebhookTarget | null;
  private stop = new Latch();
  private readonly agent = new Agent({ connections: MAX_CONNECTIONS, pipelining: 1 });

  constructor(private readonly deps: WebhookSenderDeps) {
    this.target = deps.target;
  }

  setTarget(target: WebhookTarget | null): void {
    this.target = target;
  }

  publish(type: WebhookEventType, subject: WebhookSubject): void {
    const faults = this.deps.faults();
    const content = { type, subject, createdMs: this.deps.clock.now() + faults.stampedAheadMs };
    const event = toEvent(content, faults.olderForm ? 'older' : 'today');
    this.keep(event);
    if (this.target === null || faults.drop.includes(type) || faults.drop.includes('*')) return;
    const copies = Array.from({ length: Math.max(1, faults.duplicate) }, () => event);
    if (faults.shuffle) this.gather(copies);
    else this.dispatch(copies);
  }

  list(): readonly WebhookEvent[] {
    return this.events;
  }

  clear(): void {
    this.stop.open();
    this.stop = new Latch();
    this.events = [];
    this.gathered = [];
  }

  async close(): Promise<void> {
    this.stop.open();
    await this.agent.destroy();
  }

  private keep(event: WebhookEvent): void {
    this.events.push(event);
    if (this.events.length > 2 * MAX_KEPT_EVENTS) this.events = this.events.slice(-MAX_KEPT_EVENTS);
  }

  private gather(copies: readonly WebhookEvent[]): void {
    const isFirst = this.gathered.length === 0;
    this.gathered.push(...copies);
    if (!isFirst) return;
    const { signal } = this.stop;
    void this.deps.clock.sleep(SHUFFLE_WINDOW_MS, signal).then(() => {
      if (signal.aborted) return;
      const shuffled = shuffle(this.gathered, this.deps.random);
      this.gathered = [];
      this.dispatch(shuffled);
    });
  }

  private dispatch(events: readonly WebhookEvent[]): void {
    for (const event of events) {
      this.deliver(event, this.stop.signal).catch((err: unknown) => {
        this.deps.log.error({ err, eventId: event.id }, 'the sandbox failed to deliver a webhook');
      });
    }
  }

  private async deliver(event: WebhookEvent, signal: AbortSignal): Promise<void> {
    const { clock, backoffMs, faults } = this.deps;
    const { delayMs, signEachTry } = faults();
    if (delayMs > 0) await clock.sleep(delayMs, signal);
    let signed: SignedFor | null = null;
    for (let number = 1; number <= MAX_TRIES; number += 1) {
      if (signal.aborted || this.target === null) return;
      if (signed === null || signEachTry || signed.target !== this.target) signed = this.sign(event, this.target);
      const status = await this.send(event, signed, signal);
      if (signal.aborted) return;
      event.tries.push({ atMs: clock.now(), status });
      if (status === 200) return;
      if (number < MAX_TRIES) await clock.sleep(backoffMs * 2 ** (number - 1), signal);
    }
    this.deps.log.warn({ eventId: event.id, eventType: event.type }, 'the sandbox gave up on a webhook');
  }

  private sign({ rawBody }: WebhookEvent, target: WebhookTarget): SignedFor {
    const timestampMs = this.deps.clock.now() - this.deps.faults().signedAgoMs;
    return { target, headers: toSignatureHeaders({ secret: target.secret, timestampMs, rawBody }) };
  }

  private async send(event: WebhookEvent, signed: SignedFor, signal: AbortSignal): Promise<number | null> {
    try {
      const response = await request(signed.target.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...signed.headers },
        body: event.rawBody,
        headersTimeout: ANSWER_TIMEOUT_MS,
        bodyTimeout: ANSWER_TIMEOUT_MS,
        dispatcher: this.agent,
        signal,
      });
      await response.body.dump();
      return response.statusCode;
    } catch {
      return null;
    }
  }
}
