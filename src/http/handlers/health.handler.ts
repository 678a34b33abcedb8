import type { Clock } from '../../shared/clock.js';
import { resultWithin } from '../../shared/latch.js';
import type { Log } from '../../shared/log/log.js';
import { jsonResponse, type HttpResponse, type Handler } from '../transport/http-context.js';

interface HealthDeps {
  assertReady(): Promise<void>;
  isDraining(): boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly readyTimeoutMs: number;
}

/** Whether the process runs. True also while it shuts down: killing it then would cut payments off. */
export const answerAlive: Handler = () => uncached(200, { status: 'alive' });

/** Asking the store takes a place among the payments, and anyone may ask: those within this time share a result. */
const SHARED_FOR_MS = 250;

export function createReadyHandler(deps: HealthDeps): Handler {
  let shared = Promise.resolve<string | null>(null);
  let askAgainAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (deps.isDraining()) return notReady('shutting down');
    const nowMs = deps.clock.monotonicNow();
    if (nowMs >= askAgainAtMs) {
      askAgainAtMs = Number.POSITIVE_INFINITY;
      shared = findTrouble(deps).finally(() => (askAgainAtMs = deps.clock.monotonicNow() + SHARED_FOR_MS));
    }
    const trouble = await shared;
    return trouble === null ? uncached(200, { status: 'ready' }) : notReady(trouble);
  };
}

async function findTrouble({ assertReady, clock, log, readyTimeoutMs }: HealthDeps): Promise<string | null> {
  const check = assertReady().then(
    () => ({ trouble: null }),
    (error: unknown) => {
      log.warn({ err: error }, 'not ready');
      return { trouble: 'a part that payments need is not available' };
    },
  );
  const result = await resultWithin(check, readyTimeoutMs, clock);
  return result === null ? 'a part that payments need did not answer in time' : result.trouble;
}

function notReady(reason: string): HttpResponse {
  return uncached(503, { status: 'unavailable', reason });
}

function uncached(status: number, value: unknown): HttpResponse {
  const response = jsonResponse(status, value);
  return { ...response, headers: { ...response.headers, 'cache-control': 'no-store' } };
}
