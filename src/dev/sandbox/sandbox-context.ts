import { randomBytes } from 'node:crypto';
import type { Clock } from '../../shared/clock.js';
import type { Log } from '../../shared/log/log.js';
import { createFaultBoard, type FaultBoard } from './control/faults.js';
import { OrderBook } from './orders/order-book.js';
import { PaymentService } from './orders/payment-service.js';
import { RefundService } from './orders/refund-service.js';
import { Latch } from '../../shared/latch.js';
import { WebhookSender, type WebhookTarget } from './webhooks/webhook-sender.js';

interface SandboxContextDeps {
  readonly apiKey: string;
  readonly webhook: WebhookTarget | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly pendingDelayMs?: number;
  readonly webhookBackoffMs?: number;
  readonly random?: () => number;
}

export interface SandboxContext {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly clock: Clock;
  readonly faults: FaultBoard;
  readonly book: OrderBook;
  readonly payments: PaymentService;
  readonly refunds: RefundService;
  readonly webhooks: WebhookSender;
  readonly formKey: Buffer;
  /** Resolves with false where the sandbox was closed meanwhile: nothing more may happen then. */
  pause(durationMs: number): Promise<boolean>;
  clear(): void;
  close(): Promise<void>;
}

const DEFAULT_PENDING_DELAY_MS = 1_500;
const DEFAULT_WEBHOOK_BACKOFF_MS = 1_000;

export function createSandboxContext(deps: SandboxContextDeps, baseUrl: string): SandboxContext {
  const { clock, log, apiKey } = deps;
  const faults = createFaultBoard();
  const book = new OrderBook();
  const webhooks = new WebhookSender({
    clock,
    log,
    faults: () => faults.current().webhooks,
    target: deps.webhook,
    backoffMs: deps.webhookBackoffMs ?? DEFAULT_WEBHOOK_BACKOFF_MS,
    random: deps.random ?? Math.random,
  });
  const delays = createDelays(clock, deps.pendingDelayMs ?? DEFAULT_PENDING_DELAY_MS);
  const payments = new PaymentService({ book, webhooks, clock, later: delays.later });
  const refunds = new RefundService({ payments, webhooks, clock, later: delays.later });
  const clear = (): void => {
    delays.forget();
    payments.clear();
    book.clear();
    refunds.clear();
    webhooks.clear();
  };
  const closed = new Latch();
  const pause = async (durationMs: number): Promise<boolean> => {
    if (durationMs > 0) await clock.sleep(durationMs, closed.signal);
    return !closed.isOpen;
  };
  const close = async (): Promise<void> => {
    closed.open();
    delays.forget();
    await webhooks.close();
  };
  const formKey = randomBytes(32);
  return { baseUrl, apiKey, clock, faults, book, payments, refunds, webhooks, formKey, pause, clear, close };
}

function createDelays(clock: Clock, delayMs: number): { later(act: () => void): void; forget(): void } {
  let stop = new Latch();
  return {
    later: (act) => {
      const { signal } = stop;
      void clock.sleep(delayMs, signal).then(() => {
        if (!signal.aborted) act();
      });
    },
    forget: () => {
      stop.open();
      stop = new Latch();
    },
  };
}
