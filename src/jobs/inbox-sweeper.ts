import type { OperatorLog } from '../payments/ports/operator-log.js';
import type { WebhookInbox } from '../payments/ports/webhook-inbox.js';
import type { Clock } from '../shared/clock.js';
import { createRepeatingJob, type RepeatingJob } from './repeating-job.js';

interface InboxSweeperDeps {
  readonly inbox: WebhookInbox;
  readonly clock: Clock;
  readonly log: OperatorLog;
  readonly intervalMs: number;
}

/** A claim is committed before its request is sent; the rest is for events that cross a row written again. */
const UNKNOWN_AFTER_MS = 20_000;

/**
 * Gives waiting events to their payments where a process died before it could: as a rule the two
 * find each other. Any number of replicas may run it.
 */
export function createInboxSweeper({ inbox, clock, log, intervalMs }: InboxSweeperDeps): RepeatingJob {
  return createRepeatingJob({
    name: 'inbox-sweeper',
    pauseMs: intervalMs,
    clock,
    log,
    run: async () => {
      const given = await inbox.sweep();
      if (given > 0) log.info('inbox.swept', { given });
      for (const unknown of await inbox.takeUnknown(UNKNOWN_AFTER_MS))
        log.alarm('webhook.unknown-payment', { ...unknown });
    },
  });
}
