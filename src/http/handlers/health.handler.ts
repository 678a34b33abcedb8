import type { Clock } from '../../shared/clock.js';
import type { Log } from '../../shared/log/log.js';
import { jsonResponse, type HttpResponse, type Handler } from '../transport/http-context.js';

export interface HealthDeps {
  assertReady(): Promise<void>;
  isDraining(): boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly readyTimeoutMs: number;
}

/** Whether the process runs. True also while it shuts down: killing it then would cut payments off. */
export const answerAlive: Handler = () => uncached(200, { status: 'alive' });

/** Anybody may ask, and asking the store takes a place among the payments: all who ask within this long share an answer. */
const SHARED_FOR_MS = 250;

/** Whether new requests should be sent here. The reason says which kind of trouble it is; details are in the log. */
export function createReadyHandler(deps: HealthDeps): Handler {
  let shared = Promise.resolve<string | null>(null);
  let askAgainAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (deps.isDraining()) return notReady('shutting down');
    const nowMs = deps.clock.monotonicNow();
    if (nowMs >= askAgainAtMs) {
      // Until it has an answer nobody asks again; from then on the answer ages.
      askAgainAtMs = Number.POSITIVE_INFINITY;
      shared = findTrouble(deps).finally(() => (askAgainAtMs = deps.clock.monotonicNow() + SHARED_FOR_MS));
    }
    const trouble = await shared;
    return trouble === null ? uncached(200, { status: 'ready' }) : notReady(trouble);
  };
}

async function findTrouble({ assertReady, clock, log, readyTimeoutMs }: HealthDeps): Promise<string | null> {
  const checked = new AbortController();
  const check = assertReady().then(
    () => null,
    (error: unknown) => {
      log.warn({ err: error }, 'not ready');
      return 'a part that payments need is not available';
    },
  );
  const timeout = clock
    .sleep(readyTimeoutMs, checked.signal)
    .then(() => 'a part that payments need did not answer in time');
  const trouble = await Promise.race([check, timeout]);
  checked.abort();
  return trouble;
}

function notReady(reason: string): HttpResponse {
  return uncached(503, { status: 'unavailable', reason });
}

function uncached(status: number, value: unknown): HttpResponse {
  const answer = jsonResponse(status, value);
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } };
}
